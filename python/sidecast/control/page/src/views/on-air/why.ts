// Why one was chosen before others, in a sentence's part.
import type { Why } from "../../live/types";

/** Everybody has it, so it explains nothing. */
const COMMON = new Set(["talk"]);

/** The strongest reasons for, then what spoke against it: `asked a question, spoke to the host; but was answered a moment ago`. */
export function reasons(why: readonly Why[], most = 3): string {
  const said = why.filter(({ part, points }) => !COMMON.has(part) && Math.abs(points) >= 0.05);
  const pro = said.filter(({ counts }) => counts !== "against").slice(0, most).map(({ words }) => words);
  const con = said.find(({ counts }) => counts === "against");
  return [pro.join(", "), con ? `but ${con.words}` : ""].filter(Boolean).join("; ") || "nothing special about it";
}

const LEVELS: [least: number, word: string][] = [[2.5, "very strong"], [1.6, "strong"], [0.9, "good"], [0.4, "fair"], [-Infinity, "faint"]];

/** A score in a word. */
export const strength = (score: number): string => LEVELS.find(([least]) => score >= least)![1];
