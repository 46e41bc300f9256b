// What goes on at this moment: the message being answered, what is being said, and why it was chosen.
import { byId, el, put, readable } from "./dom.js";
import { eventWords, milliseconds, plain, verdictWords } from "./words.js";

const IDLE = {
  starting: ["Starting", "The stage is being set up."],
  listening: ["Listening", "The next message worth an answer appears here."],
  thinking: ["Thinking", "An answer is on its way."],
  speaking: ["Speaking", "It is still being heard."],
  muted: ["Muted", "It reads along and says nothing until you unmute it."],
  stopped: ["Stopped", "Silence. What was waiting is dropped. Press Go on when you are ready."],
};

export function drawNow({ cells: { turn, status } }) {
  const state = status?.state || "starting";
  if (!turn) {
    const [title, text] = IDLE[state] || [plain(state), ""];
    put(byId("now"), el("div", { class: "now-idle" }, el("strong", {}, title), el("p", {}, text)));
    return;
  }
  put(byId("now"), el("div", { class: "now-body" }, cause(turn), speech(turn), ...kept(turn), why(turn)));
}

export function who(item) {
  const name = el("span", { class: "name" }, item.name || (item.kind === "message" ? "someone" : "channel"));
  const colour = readable(item.colour);
  if (colour) name.style.color = colour;
  return name;
}

export function tags(item) {
  const words = [eventWords(item), ...(item.roles || []), item.bits ? `${item.bits} bits` : "", item.reward || "", item.first ? "first message" : ""];
  return words.filter(Boolean).map((word) => el("span", { class: "tag" }, word));
}

function cause(turn) {
  const item = turn.cause;
  const text = item.removed ? el("p", { class: "gone" }, "removed by a moderator") : item.text ? el("p", { class: "text" }, item.text) : null;
  return el("div", { class: "cause" }, el("p", { class: "who" }, who(item), ...tags(item)), text);
}

function speech(turn) {
  const allowed = turn.clauses.filter((clause) => clause.decision === "allow");
  if (allowed.length === 0) return el("p", { class: "speech waiting" }, "…");
  return el("p", { class: "speech" }, allowed.map((clause, index) => {
    const look = index + 1 < turn.sounding ? "said" : index + 1 === turn.sounding ? "sounding" : "";
    return el("span", { class: `clause ${look}` }, `${clause.text} `);
  }));
}

function kept(turn) {
  return turn.clauses
    .filter((clause) => clause.decision !== "allow")
    .map((clause) => el("p", { class: "kept-back" }, `A clause was kept back before it was heard: ${verdictWords(clause)}.`));
}

function why(turn) {
  const others = turn.waiting === 0 ? "nobody else was waiting" : `from ${turn.waiting + 1} waiting`;
  return el("div", { class: "why" }, el("p", {}, `Why this one: score ${turn.score.toFixed(2)}, ${others}, ${milliseconds(turn.waited_ms)} after it came`), bars(turn.parts));
}

/** The score's summands, largest first; those that counted against it in pink. */
export function bars(parts) {
  const shown = parts.filter(([, value]) => Math.abs(value) >= 0.005);
  const largest = Math.max(0.001, ...shown.map(([, value]) => Math.abs(value)));
  return el("dl", { class: "bars" }, shown.slice(0, 8).map(([name, value]) => {
    const fill = el("span", { class: "fill" });
    fill.style.width = `${(100 * Math.abs(value)) / largest}%`;
    return el("div", { class: value < 0 ? "against" : "" }, el("dt", {}, plain(name)), el("dd", {}, `${value < 0 ? "−" : "+"}${Math.abs(value).toFixed(2)}`), el("dd", { class: "track", "aria-hidden": "true" }, fill));
  }));
}

export function drawNext({ cells: { next } }) {
  const rows = (next || []).map((item) => el("li", {}, el("span", { class: "text" }, who(item), " ", eventWords(item) || item.text), el("span", { class: "score" }, item.score.toFixed(2).replace("-", "−"))));
  put(byId("next"), rows.length ? el("ol", { class: "plain" }, rows) : el("p", { class: "muted" }, "Nobody was waiting when the last message was chosen."));
}
