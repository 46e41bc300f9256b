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

export interface Waiting extends Item {
  score: number;
  parts?: Parts;
}

export interface SpokenWord {
  text: string;
  start_s: number;
  end_s: number;
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
}
