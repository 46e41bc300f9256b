// What /api/v1/moderation and /api/v1/viewers give.

export type Side = "in" | "out";
export type Decision = "allow" | "soften" | "hold" | "block";
export type Care = "all" | "known" | "nobody";

export interface Pattern { name: string; expression: string; direction: Side | "both"; decision: "hold" | "block" }

export interface Policy {
  version: number;
  level_in: number;
  level_out: number;
  levels_in: Record<string, number>;
  levels_out: Record<string, number>;
  block: string[];
  allow: string[];
  patterns: Pattern[];
  exempt: string[];
}

export interface Change {
  level_in?: number;
  level_out?: number;
  levels_in?: Record<string, number | null>;
  levels_out?: Record<string, number | null>;
  block_add?: string[];
  block_remove?: string[];
  allow_add?: string[];
  allow_remove?: string[];
  patterns_put?: Pattern[];
  patterns_remove?: string[];
  exempt?: string[];
}

export interface Judged { decision: Decision; category: string; rule: string; confidence: number }
export interface Logged { number: number; at_ms: number; direction: Side; text: string; name: string; viewer: string; removed: boolean; verdict: Judged }
export interface LogPage { lines: Logged[]; more: boolean; kept: number }
export interface Trial { judged: number; complete: boolean; stricter: number; milder: number; examples: { text: Logged; before: Judged; after: Judged }[] }
export interface Found { looked: number; complete: boolean; found: number; examples: { text: Logged; marks: [number, number][] }[] }
export interface Held { id: string; at_ms: number; until_ms: number; name: string; viewer: string; text: string; verdict: Judged }
export interface Case { id: string; at_ms: number; direction: Side; wanted: "allow" | "block"; text: string; rule: string; by: string }
export interface Checked { passed: number; failed: number; results: { case: Case; verdict: Judged; passed: boolean }[] }
export interface Version { number: number; at_ms: number; by: string; what: string[] }
export interface StormState { care: Care; since_ms: number; by: string; why: string; before: Care; kind: string }
export interface Viewer { id: string; name: string; first_ms: number; last_ms: number; messages: number; answered: number; opted_out: boolean }
export interface Kept { what: string; count: number; why: string; until: string }
export interface Dossier { viewer: Viewer; kept: Kept[]; turns: { at_ms: number; text: string; heard: string; outcome: string; removed: boolean }[] }
export interface Erased { removed: Kept[]; remains: string[] }
