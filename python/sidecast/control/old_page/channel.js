// Whose chat is read: a field that changes it while the show runs.
import { byId } from "./dom.js";

let shown = null;

export function setUpChannel(link) {
  const name = byId("channel-name");
  byId("channel").addEventListener("submit", (event) => {
    event.preventDefault();
    if (name.value.trim()) change(link, name.value.trim());
    else say("Type the name of a Twitch channel first.", true);
  });
  byId("channel-demo").addEventListener("click", () => change(link, ""));
  name.addEventListener("input", () => say(""));
}

async function change(link, name) {
  say("");
  try {
    await link.channel(name);
    say(name ? "Its messages will stand here." : "Back to the demo.");
    byId("channel-name").blur();
  } catch (error) {
    say(`${error.message}`.replace(/([^.!?…])$/, "$1."), true);
  }
}

function say(text, trouble = false) {
  const note = byId("channel-note");
  note.textContent = text;
  note.classList.toggle("trouble", trouble);
}

export function drawChannel({ cells: { about, link } }) {
  byId("channel-go").disabled = link !== "open";
  const source = about?.of.chat || "";
  byId("channel").hidden = source.startsWith("replay:");
  if (source === shown) return;
  // what the show says of itself, not what was hoped for; but nobody's typing is taken away
  shown = source;
  const reading = source.startsWith("twitch:");
  byId("channel-demo").hidden = !reading;
  if (document.activeElement !== byId("channel-name")) byId("channel-name").value = reading ? source.slice("twitch:".length) : "";
}
