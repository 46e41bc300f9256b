// What /api/v1/analytics tells; flow/streams.py says what each figure is. null is what was not measured.

export interface Figures {
  minutes: number;
  messages: number;
  chatters: number;
  newcomers: number;
  returning: number;
  chatters_a_minute: number | null;
  chatters_peak: number | null;
  events: number;
  removals: number;
  answered: number;
  answered_share: number | null;
  questions: number;
  questions_answered: number;
  sentiment: number | null;
  energy: number | null;
  kept_out: number;
  not_said: number;
  turns: number;
  turns_heard: number;
  turns_cut: number;
  audible_ms_p50: number | null;
  audible_ms_p95: number | null;
  age_ms_p95: number | null;
}

export interface Stream {
  id: number;
  title: string;
  source: string;
  rehearsal: boolean;
  begun_ms: number;
  until_ms: number;
  day: string;
  live: boolean;
  over: boolean;
  figures: Figures;
  pulse: Value[];
}

export interface Page {
  streams: Stream[];
  total: number;
  next: number | null;
  sources: string[];
}

export type Value = number | null;

export interface Series {
  step_s: number;
  at: number[];
  values: Record<string, Value[]>;
}

export interface Latency {
  stage: string;
  budget_ms: number | null;
  n: number;
  p50_ms: number | null;
  p95_ms: number | null;
  p99_ms: number | null;
}

export interface Tally {
  kind: string;
  name: string;
  count: number;
}

export interface Marked {
  at_ms: number;
  kind: string;
  amount: number;
}

export interface Break {
  from_ms: number;
  to_ms: number;
  kind: "off" | "lost" | "unheard";
  lines: number;
  why: string;
}

export interface Detail {
  stream: Stream;
  series: Series;
  latency: Latency[];
  latency_series: Series;
  tallies: Tally[];
  topics: { words: string; count: number }[];
  marked: Marked[];
  breaks: Break[];
}

export interface Compared {
  stream: Stream;
  series: Series;
  latency: Latency[];
}

export interface OverTime {
  unit: "day" | "week" | "month";
  periods: { begins: string; streams: number; figures: Figures | null }[];
  cut: boolean;
}
