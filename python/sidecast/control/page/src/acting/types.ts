// What `/api/v1/acting` tells (control/api/acting_models.py).

export interface Hindrance {
  obstacle: string;
  what: string;
  remedy: string;
  wait_s: number;
}

export interface Acted {
  id: string;
  ending: string;
  words: string;
  /** Not empty: it can be taken back. */
  undo: string;
  sendings: { method: string; path: string; account: string; body: Record<string, unknown> }[];
  hindrances: Hindrance[];
}

export interface Could {
  kind: string;
  missing: Hindrance | null;
  wait_s: number;
}

export interface Option {
  id: string;
  title: string;
  count: number;
  points: number;
}

export interface Vote {
  id: string;
  title: string;
  options: Option[];
  locked: boolean;
  until_ms: number;
}

export interface Now {
  streamer: string;
  writer: string;
  could: Could[];
  poll: Vote | null;
  prediction: Vote | null;
  shield: boolean | null;
}

export interface ActLine {
  id: string;
  at_ms: number;
  kind: string;
  by: string;
  ending: string;
  told: string;
  viewer: string;
  name: string;
  detail: string;
  undoes: string;
}
