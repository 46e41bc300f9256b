// The doctor: what the show needs, what is missing, what to do. Asked when somebody looks, for it costs a few seconds of work.
import { byId, el, put } from "./dom.js";

const SIGNS = { found: "✓", comes_with_set_up: "○", missing: "✗", poorer: "!" };
const WORDS = { found: "found", comes_with_set_up: "comes with set-up", missing: "missing", poorer: "missing, but the show goes on" };

export function setUpDoctor() {
  const button = byId("doctor-button");
  const section = byId("doctor");
  button.addEventListener("click", () => {
    section.hidden = !section.hidden;
    button.setAttribute("aria-expanded", String(!section.hidden));
    if (section.hidden) return;
    byId("doctor-title").focus();
    look();
  });
  byId("doctor-again").addEventListener("click", look);
  byId("doctor-close").addEventListener("click", () => {
    button.click();
    button.focus();
  });
}

async function look() {
  const again = byId("doctor-again");
  // not disabled, which would take the focus from whoever pressed it
  if (again.getAttribute("aria-disabled") === "true") return;
  again.setAttribute("aria-disabled", "true");
  byId("doctor").setAttribute("aria-busy", "true");
  say("Looking… this takes a few seconds.");
  try {
    const answer = await fetch("/doctor");
    if (!answer.ok) throw new Error(answer.status === 401 ? "Open the page anew from the Sidecast window." : await answer.text());
    show(await answer.json());
  } catch (error) {
    say(error instanceof TypeError ? "No connection to the show." : error.message);
  } finally {
    again.removeAttribute("aria-disabled");
    byId("doctor").removeAttribute("aria-busy");
  }
}

function show({ can_run: canRun, checks }) {
  const order = ["missing", "poorer", "comes_with_set_up", "found"];
  const sorted = checks.map((check) => ({ ...check, look: lookOf(check) })).sort((a, b) => order.indexOf(a.look) - order.indexOf(b.look));
  put(byId("doctor-list"), ...sorted.map(row));
  const missing = sorted.filter(({ look }) => look === "missing" || look === "poorer").length;
  say(missing === 0 ? "Nothing is missing." : `${missing} missing. ${canRun ? "The show goes on without." : "A show could not be started like this."}`);
}

const lookOf = ({ state, needed }) => (state === "missing" && !needed ? "poorer" : state);

function row({ name, look, what, remedy }) {
  return el("li", { class: look },
    el("span", { class: "sign", "aria-hidden": "true" }, SIGNS[look] || "·"),
    el("b", {}, name),
    el("p", {}, el("span", { class: "visually-hidden" }, `${WORDS[look] || look}: `), what, remedy ? el("span", { class: "remedy" }, remedy) : null));
}

function say(text) {
  byId("doctor-sum").textContent = text;
}
