// Wires the page: one link, one store, and who draws what.
import { byId } from "./dom.js";
import { drawChat, drawCounts, drawFates } from "./chat.js";
import { drawChannel, setUpChannel } from "./channel.js";
import { setUpDoctor } from "./doctor.js";
import { drawAbout, drawBanner, drawFigures, drawHealth, drawState, drawStats } from "./head.js";
import { Link } from "./link.js";
import { drawNext, drawNow } from "./now.js";
import { drawOrders, setUpOrders } from "./orders.js";
import { drawSaid } from "./said.js";
import { Store } from "./store.js";
import { drawLegend } from "./strip.js";
import { STATES } from "./words.js";

const store = new Store();
const link = new Link(store, {
  frame: (frame) => store.apply(frame),
  state: (state) => store.cells.link !== state && store.set("link", state),
});

store.draws(["about"], drawAbout);
store.draws(["about"], drawLegend);
store.draws(["about", "link"], drawChannel);
store.draws(["status", "link"], drawState);
store.draws(["figures", "counts", "about"], drawFigures);
store.draws(["health", "status"], drawHealth);
store.draws(["stats", "about"], drawStats);
store.draws(["link"], drawBanner);
store.draws(["turn", "status"], drawNow);
store.draws(["next"], drawNext);
store.draws(["counts"], drawCounts);
store.draws(["counts"], drawFates);
store.draws(["messages"], drawChat);
store.draws(["lines", "about"], drawSaid);
store.draws(["status", "link", "turn"], drawOrders);
store.draws(["status"], speakState);

/** For screen readers: the states that matter, not every breath. */
function speakState({ cells: { status, about } }) {
  if (["speaking", "muted", "stopped"].includes(status?.state)) byId("spoken").textContent = `${about?.host || "The host"} is ${STATES[status.state]}`;
}

setUpOrders(link, store);
setUpChannel(link);
setUpDoctor();
link.connect();
