// What the show tells this page: the cells of control/feed.py, in its own words.

export type LinkState = "connecting" | "open" | "lost" | "locked";

export interface Frame {
  run: string;
  seq: number;
  full: boolean;
  at_ms: number;
  /** Number of the oldest item that is still kept, by kind of list. */
  oldest: Record<string, number>;
  cells: Record<string, unknown>;
}

export interface Verdict {
  decision: string;
  category: string;
  rule: string;
}

/** A message or event, without what became of it. */
export interface Item {
  kind: string;
  name: string;
  colour?: string;
  roles?: string[];
  text: string;
  amount?: number;
  title?: string;
  what?: string; // the platform's own name of an event
  bits?: number;
  reward?: string;
  first?: boolean;
  removed?: boolean;
  /** The platform's id: what orders name it by. */
  id?: string;
}

export interface Message extends Item {
  at_ms: number;
  fate: string;
  verdict?: Verdict;
}

export type Parts = [name: string, value: number][];

/** One summand of a score, in words: how much it counted. */
export interface Why {
  part: string;
  words: string;
  points: number;
  counts: "much" | "some" | "little" | "against";
}

export interface Waiting extends Item {
  score: number;
  parts?: Parts;
  why?: Why[];
  at_ms?: number;
  asked_by?: string;
  /** Wall time at which it is too late to answer it. */
  until_ms?: number;
  /** Who has put it where it is. */
  placed_by?: string;
}

/** A word, and from when to when it is heard, in seconds from the clause's first sample. */
export type SpokenWord = [text: string, start_s: number, end_s: number];

/** A reply that waits for a human. */
export interface Approval {
  turn: string;
  cause: Item;
  lines: string[];
  doubts: string[];
  until_ms: number;
  then_say: boolean;
}

export interface ClauseView extends Partial<Verdict> {
  text: string;
  decision: string;
  /** Known from when the clause has been voiced. */
  words?: SpokenWord[];
}

export interface Turn {
  turn: string;
  cause: Item;
  score: number;
  parts: Parts;
  why: Why[];
  asked_by: string;
  waiting: number;
  was_free: boolean;
  waited_ms: number;
  clauses: ClauseView[];
  /** How many clauses have begun to be heard. */
  sounding: number;
  /** Wall time at which the clause that is heard now began. */
  sounding_ms?: number;
}

export interface Line {
  turn: string;
  at_ms: number;
  cause: Item;
  score: number;
  parts: Parts;
  why: Why[];
  asked_by: string;
  approved_by: string;
  waiting: number;
  brain: string;
  voice: string;
  clauses: ClauseView[];
  heard: string;
  outcome: string;
  reason: string;
  was_free: boolean;
  stage_ms: Record<string, number>;
  audible_ms: number | null;
}

/** Of the latest turns; null while there is nothing to measure. */
export interface Figure {
  count: number;
  last_ms: number | null;
  p50_ms: number | null;
  p95_ms: number | null;
  budget_ms?: number;
}

export interface Budget {
  audible_ms: number;
  stages: [name: string, ms: number][];
}

/** Another view's cells are added here with their type. */
export interface Cells {
  about: { host: string; version: string; since_ms: number; of: Record<string, string>; budget: Budget };
  status: { state: string; note: string };
  health: { part: string; text: string }[];
  stats: { fps: number; frame_ms_p99: number; underruns: number; dropped: number };
  counts: { received: number; reasons: Record<string, number> };
  figures: {
    audible_p50: number | null; audible_p95: number | null; audible_turns: number;
    age_p50: number | null; age_p95: number | null; age_turns: number;
  };
  next: Waiting[];
  turn: Turn | null;
  queue: Waiting[];
  approval: Approval | null;
  approval_mode: { mode: string };
  mood: { mood: string; held_by: string; moods?: string[] };
  latency: { stages: ({ name: string } & Figure)[]; audible: Figure; asked: Figure; stop: Figure };
  /** How careful the host is while the chat is stormy. */
  storm: { care: string; since_ms: number; why: string; by_hand: boolean; kind: string };
  moderation: { policy: number; held: number };
}
