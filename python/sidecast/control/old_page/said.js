// What it said: cause, words that were heard, and where the time went.
import { KeyedList, byId, clockTime, el } from "./dom.js";
import { bars, who } from "./now.js";
import { strip, table } from "./strip.js";
import { CUTS, eventWords, milliseconds, plain, verdictWords } from "./words.js";

let budget = null;
const list = new KeyedList(byId("said"), turn);

export function drawSaid(store) {
  if (!store.cells.about) return;
  budget = store.cells.about.budget;
  list.show([...store.lines].sort(([a], [b]) => b - a));
  const empty = byId("said-empty");
  empty.hidden = store.lines.size > 0;
  empty.textContent = "Nothing yet. Each answer will stand here with the words that were really heard and how long they took.";
}

function turn(line, before) {
  const item = line.cause;
  const words = item.removed ? "removed by a moderator" : eventWords(item) || item.text;
  return el(
    "li",
    { class: "turn" },
    el("p", { class: "to" }, who(item), el("span", { class: "text" }, words), clockTime(line.at_ms)),
    line.heard ? el("p", { class: "heard" }, line.heard) : el("p", { class: "heard nothing" }, line.outcome === "silent" ? "Nothing of it was heard." : "What was heard is not kept."),
    outcome(line),
    strip(line, budget),
    more(line, before?.querySelector("details")?.open),
  );
}

function outcome(line) {
  const words = [];
  if (line.outcome !== "heard") words.push(CUTS[line.reason] || plain(line.reason));
  for (const clause of line.clauses) {
    if (clause.decision !== "allow") words.push(`a clause kept back: ${verdictWords(clause)}`);
  }
  return words.length ? el("p", { class: "outcome" }, words.join(" · ")) : null;
}

function more(line, open) {
  const made = [line.brain && `thought by ${line.brain}`, line.voice && `spoken by ${line.voice}`].filter(Boolean).join(", ");
  const since = line.audible_ms === null ? "" : `; heard ${milliseconds(line.audible_ms)} after it came`;
  const chosen = `Score ${line.score.toFixed(2)} from ${line.waiting + 1}${since}${made ? `; ${made}` : ""}.`;
  return el("details", { class: "more", open: open || false }, el("summary", {}, "Why, and where the time went"), el("div", { class: "inside" }, el("p", {}, chosen), bars(line.parts), table(line, budget)));
}
