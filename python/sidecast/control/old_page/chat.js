// The chat with what became of each message and why.
import { KeyedList, byId, clockTime, el, put } from "./dom.js";
import { tags, who } from "./now.js";
import { FATES, GROUPS, number, plain, verdictWords } from "./words.js";

let group = "all";
let chips = null;
let stick = true;

const list = new KeyedList(byId("chat"), row);

export function drawChat(store) {
  const scroll = byId("chat-scroll");
new ResizeObserver(() => {
  if (stick) scroll.scrollTop = scroll.scrollHeight;
}).observe(scroll);
  const shown = [...store.messages].sort(([a], [b]) => a - b).filter(([, message]) => group === "all" || groupOf(message.fate) === group);
  list.show(shown);
  const empty = byId("chat-empty");
  empty.hidden = shown.length > 0;
  empty.textContent = store.messages.size === 0 ? "Nobody has written yet. Every message will stand here with what became of it, and why." : `None of the last ${store.messages.size} messages.`;
  if (stick) scroll.scrollTop = scroll.scrollHeight;
}

export function drawCounts(store) {
  const counts = store.cells.counts;
  if (!counts) return;
  const sums = { all: counts.received, answered: 0, waiting: 0, passed: 0, kept: 0, aside: 0, lost: 0 };
  let settled = 0;
  for (const [reason, count] of Object.entries(counts.reasons)) {
    sums[groupOf(reason)] += count;
    settled += count;
  }
  sums.waiting = Math.max(0, counts.received - settled);
  chips ||= makeChips(store);
  for (const [name, chip] of Object.entries(chips)) {
    chip.setAttribute("aria-pressed", String(name === group));
    chip.lastChild.textContent = number(sums[name]);
    chip.title = `${GROUPS[name][1]}${details(name, counts.reasons)}`;
  }
}

/** Every reason with its count, the groups in the chips' order: what arrived is the sum of it all. */
export function drawFates({ cells: { counts } }) {
  const settled = Object.values(counts.reasons).reduce((sum, count) => sum + count, 0);
  const all = { ...counts.reasons, waiting: Math.max(0, counts.received - settled) };
  const order = Object.keys(GROUPS);
  const rows = Object.entries(all)
    .filter(([, count]) => count > 0)
    .sort(([a, m], [b, n]) => order.indexOf(groupOf(a)) - order.indexOf(groupOf(b)) || n - m)
    .map(([reason, count]) => {
      const fill = el("span", { class: "fill" });
      fill.style.width = `${(100 * count) / Math.max(1, counts.received)}%`;
      const [word, why] = FATES[reason] || [plain(reason), ""];
      return el("div", { class: groupOf(reason) }, el("dt", { title: why }, word), el("dd", { class: "track", "aria-hidden": "true" }, fill), el("dd", {}, number(count)));
    });
  put(byId("fates"), rows.length ? el("dl", { class: "tally" }, rows) : el("p", { class: "muted" }, "Nothing has arrived yet."));
}

function makeChips(store) {
  const made = {};
  for (const [name, [word]] of Object.entries(GROUPS)) {
    const choose = () => {
      group = name;
      stick = true;
      drawCounts(store);
      drawChat(store);
    };
    made[name] = el("button", { type: "button", class: "chip", onclick: choose }, `${word} `, el("b", {}));
  }
  put(byId("chips"), ...Object.values(made));
  return made;
}

function details(name, reasons) {
  const words = Object.entries(reasons).filter(([reason]) => groupOf(reason) === name).map(([reason, count]) => `${(FATES[reason] || [plain(reason)])[0]} ${number(count)}`);
  return words.length > 1 ? `: ${words.join(", ")}` : "";
}

const groupOf = (fate) => (FATES[fate] || ["", "", "", "lost"])[3];

function row(message) {
  const [word, why, look, kind] = FATES[message.fate] || [plain(message.fate), "", "", "lost"];
  const verdict = message.verdict ? verdictWords(message.verdict) : null;
  return el(
    "li",
    { class: `message ${message.fate === "answering" ? "answering" : ""} ${kind === "aside" || kind === "passed" ? "aside" : ""}` },
    el("p", { class: "line" }, who(message), ...tags(message), el("span", { class: "end" }, el("span", { class: `fate ${look}`, title: why }, word), clockTime(message.at_ms))),
    text(message),
    verdict && el("p", { class: "verdict" }, verdict),
  );
}

function text(message) {
  if (message.removed) return el("p", { class: "gone" }, "removed by a moderator");
  if (!message.text) return null;
  if (message.fate !== "blocked" && message.fate !== "held") return el("p", { class: "text" }, message.text);
  // this page may be on stream: what the gate held back is not shown until asked for
  const line = el("p", { class: "text" });
  put(line, el("button", { type: "button", class: "veil", onclick: () => put(line, message.text) }, "Show what was held back"));
  return line;
}

const scroll = byId("chat-scroll");
new ResizeObserver(() => {
  if (stick) scroll.scrollTop = scroll.scrollHeight;
}).observe(scroll);
scroll.addEventListener("scroll", () => {
  stick = scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < 40;
  byId("to-newest").hidden = stick;
}, { passive: true });
byId("to-newest").addEventListener("click", () => {
  stick = true;
  scroll.scrollTop = scroll.scrollHeight;
});
