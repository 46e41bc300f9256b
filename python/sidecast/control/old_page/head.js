// The head: who, in which state, how fast; and what is not well.
import { byId, el, put } from "./dom.js";
import { STATES, milliseconds, number, plain } from "./words.js";

export function drawAbout({ cells: { about } }) {
  byId("host-name").textContent = about.host;
  byId("show-about").textContent = Object.entries(about.of).map(([what, value]) => `${plain(what)}: ${value}`).join(" · ");
  document.title = `${about.host} · Sidecast control`;
}

export function drawState(store) {
  const state = store.cells.link === "open" ? store.cells.status?.state || "connecting" : "lost";
  byId("state").dataset.state = state;
  byId("state-word").textContent = STATES[state] || plain(state);
}

export function drawFigures({ cells: { figures, counts, about } }) {
  if (!figures || !counts || !about) return;
  const budget = about.budget.audible_ms;
  const p95 = figures.audible_p95;
  put(
    byId("figures"),
    figure("arrived", number(counts.received)),
    figure("answered", number(counts.reasons.answered || 0)),
    figure(`when free, p95 of ${figures.audible_turns} (goal ${budget} ms)`, p95 === null ? "–" : milliseconds(p95), p95 === null ? "" : p95 <= budget ? "good" : "over"),
    figure(`with waiting, p95 of ${figures.age_turns}`, figures.age_p95 === null ? "–" : milliseconds(figures.age_p95)),
  );
}

const figure = (name, value, look = "") => el("div", { class: look }, el("dt", {}, name), el("dd", {}, value));

export function drawHealth({ cells: { health, status } }) {
  const troubles = (health || []).map(({ part, text }) => el("p", {}, el("b", {}, `${plain(part)}: `), text));
  // the state's note repeats the parts' sentences
  if (status?.note && !(health || []).some(({ text }) => status.note.includes(text))) troubles.push(el("p", {}, status.note));
  put(byId("health"), ...troubles);
}

export function drawStats({ cells: { stats, about } }) {
  const since = about ? ` · version ${about.version}` : "";
  byId("stats").textContent = (stats ? `Picture ${stats.fps} fps, slowest frames ${stats.frame_ms_p99} ms, sound gaps ${stats.underruns}` : "No figures of the picture yet") + since;
}

export function drawBanner({ cells: { link } }) {
  const banner = byId("banner");
  banner.hidden = link === "open" || link === undefined;
  banner.classList.toggle("over", link === "locked");
  const words = {
    lost: "No connection to the show. What you see may be old; trying again…",
    locked: "The show was started again and does not know this page. Open it anew from the Sidecast window.",
  };
  const text = words[link] || "";
  if (banner.textContent !== text) banner.textContent = text;
}
