// A turn's time as a strip: one piece a stage, drawn to scale against the budget.
import { el, put, byId } from "./dom.js";
import { STAGES, milliseconds } from "./words.js";

/** Stages of a line as `[name, ms, budget, index]`; for a turn that had to wait, without the wait. */
export function stagesOf(line, budget) {
  return budget.stages
    .map(([name, goal], index) => [name, line.stage_ms[name], goal, index])
    .filter(([name, ms]) => ms !== undefined && !(name === "chosen" && !line.was_free));
}

export function strip(line, budget) {
  const stages = stagesOf(line, budget);
  const sum = stages.reduce((total, [, ms]) => total + ms, 0);
  const goal = budget.audible_ms;
  const scale = Math.max(goal * 1.25, sum);
  const track = el("div", { class: "track" }, stages.map(([name, ms, , index]) => {
    const piece = el("i", { class: `s${index}`, title: `${STAGES[name]} ${milliseconds(ms)}` });
    piece.style.width = `${(100 * ms) / scale}%`;
    return piece;
  }));
  const line_ = el("span", { class: "mark-line", title: `goal ${goal} ms` });
  line_.style.left = `${(100 * goal) / scale}%`;
  track.append(line_);
  const spoken = stages.map(([name, ms]) => `${STAGES[name]} ${milliseconds(ms)}`).join(", ");
  track.setAttribute("role", "img");
  track.setAttribute("aria-label", `${spoken}; goal ${goal} ms`);
  return el("div", { class: "strip" }, track, el("span", { class: `total ${line.was_free && line.audible_ms > goal ? "over" : ""}` }, total(line, sum)));
}

function total(line, sum) {
  if (line.audible_ms === null) return "not heard";
  return line.was_free ? milliseconds(line.audible_ms) : `waited, then ${milliseconds(sum)}`;
}

/** The same figures to read: what each stage took, and what it may take. */
export function table(line, budget) {
  const rows = stagesOf(line, budget).map(([name, ms, goal]) =>
    el("tr", {}, el("th", { scope: "row" }, STAGES[name]), el("td", { class: ms > goal ? "over" : "" }, milliseconds(ms)), el("td", {}, `${goal} ms`)));
  return el("table", { class: "stages" }, el("thead", {}, el("tr", {}, el("th", { scope: "col" }, "stage"), el("th", { scope: "col" }, "took"), el("th", { scope: "col" }, "goal"))), el("tbody", {}, rows));
}

export function drawLegend({ cells: { about } }) {
  if (!about) return;
  put(byId("legend"), about.budget.stages.map(([name], index) => el("span", {}, el("i", { class: `s${index}` }), STAGES[name])));
}
