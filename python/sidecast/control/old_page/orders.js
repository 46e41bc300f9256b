// Stop, Mute and Skip: by button and by key, with a confirmation that comes from the show and not from hope.
import { byId, put, el } from "./dom.js";

const NOTE_MS = 2500;
let noteTimer = 0;

export function setUpOrders(link, store) {
  const state = () => store.cells.status?.state;
  byId("order-stop").addEventListener("click", () => give(link, "stop", state() !== "stopped"));
  byId("order-mute").addEventListener("click", () => give(link, "mute", state() !== "muted"));
  byId("order-skip").addEventListener("click", () => give(link, "skip", true));
  const keys = byId("keys");
  keys.checked = localStorage.getItem("keys") !== "off";
  keys.addEventListener("change", () => localStorage.setItem("keys", keys.checked ? "on" : "off"));
  document.addEventListener("keydown", (event) => {
    if (!keys.checked || event.repeat || event.ctrlKey || event.metaKey || event.altKey) return;
    const name = orderOf(event);
    if (!name) return;
    event.preventDefault();
    // a key never undoes a stop: whoever presses it twice in a fright wants silence
    give(link, name, name !== "mute" || state() !== "muted");
  });
}

function orderOf(event) {
  if (event.key === "Escape") return "stop";
  // on a button, a switch or a list, space and letters keep what they mean there
  if (event.target.closest("input, select, textarea, [contenteditable]")) return null;
  if (event.key === " ") return event.target.closest("button, summary, a, [tabindex]") ? null : "stop";
  return { s: "skip", m: "mute" }[event.key.toLowerCase()] || null;
}

const BUTTONS = { stop: "order-stop", mute: "order-mute", skip: "order-skip" };

async function give(link, name, on) {
  const button = byId(BUTTONS[name]);
  button.classList.add("sent");
  try {
    const ms = await link.order(name, on);
    note(`${DONE[name][on ? 0 : 1]} · confirmed in ${Math.max(1, Math.round(ms))} ms`);
  } catch (error) {
    note(`${name[0].toUpperCase()}${name.slice(1)} did not get through: ${error.message}.`);
  } finally {
    button.classList.remove("sent");
  }
}

const DONE = { stop: ["Stopped", "Going on"], mute: ["Muted", "Unmuted"], skip: ["Skipped", ""] };

function note(text) {
  byId("order-note").textContent = text;
  clearTimeout(noteTimer);
  noteTimer = setTimeout(() => { byId("order-note").textContent = ""; }, NOTE_MS);
}

export function drawOrders({ cells: { status, link, turn } }) {
  const state = status?.state;
  const lost = link !== "open";
  const stop = byId("order-stop");
  stop.classList.toggle("on", state === "stopped");
  label(stop, state === "stopped" ? "Go on" : "Stop", state === "stopped" ? "" : "Esc");
  const mute = byId("order-mute");
  mute.classList.toggle("on", state === "muted");
  label(mute, state === "muted" ? "Unmute" : "Mute", "M");
  stop.disabled = lost;
  mute.disabled = lost || state === "stopped";
  byId("order-skip").disabled = lost || !turn;
}

function label(button, word, key) {
  if (button.firstChild.textContent === word) return;
  put(button, el("span", { class: "word" }, word), key ? el("kbd", {}, key) : null);
}
