// How the page says it. Keys are the show's own words (flow.Reason, flow.HostState, flow.EventKind, flow.Category).

export const STATES = {
  connecting: "connecting", starting: "starting", listening: "listening", thinking: "thinking",
  speaking: "speaking", muted: "muted", stopped: "stopped", lost: "no connection",
};

/** reason: [what became of it, why, look, group of the filter]. */
export const FATES = {
  answering: ["being answered", "Chosen; the host is on it now.", "answering", "waiting"],
  waiting: ["waiting", "It may still be chosen.", "", "waiting"],
  answered: ["answered", "The host answered it aloud.", "answered", "answered"],
  blocked: ["held back", "The gate blocked it: it was not answered and is not read out.", "kept", "kept"],
  held: ["held", "The gate was not sure, or the platform keeps it for a moderator to look at: it was not answered.", "kept", "kept"],
  removed: ["removed", "A moderator removed it, or what it replies to.", "kept", "kept"],
  command: ["a command", "Commands are for bots and moderators.", "", "aside"],
  reaction: ["a reaction", "Emotes and cheers are enjoyed, not answered.", "", "aside"],
  information: ["noted", "It is noted and needs no answer.", "", "aside"],
  repeated: ["repeated", "The same text was there a moment ago.", "", "passed"],
  stale: ["too late", "It waited longer than a viewer would expect an answer.", "", "passed"],
  crowded_out: ["others came first", "The waiting list was full, and others scored higher.", "", "passed"],
  author_limit: ["one at a time", "Its author already has a message waiting.", "", "passed"],
  muted: ["while muted", "The host was muted or stopped.", "lost", "lost"],
  overruled: ["overruled", "You skipped or stopped it before anything was heard.", "lost", "lost"],
  failed: ["no answer", "It was chosen, but nothing came out that could be said.", "lost", "lost"],
  overloaded: ["not read", "More arrived than could be read.", "lost", "lost"],
  channel_left: ["channel left", "The show went over to another channel first.", "lost", "lost"],
  show_ended: ["show ended", "The show ended first.", "lost", "lost"],
};

export const GROUPS = {
  all: ["All", "Everything that arrived"],
  answered: ["Answered", "Answered aloud"],
  waiting: ["Waiting", "May still be chosen"],
  passed: ["Passed over", "Too late, repeated, or others came first"],
  kept: ["Held back", "Blocked or held by the gate, or removed by a moderator"],
  aside: ["Left alone", "Reactions, commands and notices"],
  lost: ["Lost", "Muted, overruled, failed or not read"],
};

const EVENTS = {
  follow: () => "followed", sub: () => "subscribed",
  resub: (event) => `resubscribed${event.amount ? `, month ${event.amount}` : ""}`,
  gift: (event) => `gave ${event.amount || "some"} subs`, cheer: (event) => `cheered ${event.amount} bits`,
  raid: (event) => `raids with ${event.amount}`, redemption: (event) => `redeemed ${event.title || "a reward"}`,
  poll: (event) => `poll: ${event.title}`, prediction: (event) => `prediction: ${event.title}`,
  hype_train: () => "hype train", ad_break: () => "ad break", shout_out: () => "shout-out",
  stream_on: () => "stream on", stream_off: () => "stream off", unknown: () => "event",
};

/** What an event is, in words; empty for a plain message. */
export function eventWords(item) {
  if (item.kind === "message") return "";
  return (EVENTS[item.kind] || (() => plain(item.kind)))(item);
}

export const STAGES = {
  screened: "screened", chosen: "chosen", first_clause: "thought", cleared: "cleared", first_pcm: "voiced", audible: "heard",
};

export const CUTS = {
  overruled: "cut by you", muted: "cut: muted", removed: "cut: a message was removed", held: "cut: a message was held", show_ended: "cut: the show ended",
  channel_left: "cut: the show went over to another channel",
  failed: "chosen, but nothing came out that could be said",
};

export const plain = (word) => String(word).replaceAll("_", " ");

const DECISIONS = { block: "blocked", hold: "held", soften: "softened" };

/** A verdict that was not "allow", in words. */
export function verdictWords(verdict) {
  const why = [plain(verdict.category || ""), verdict.rule ? `rule ${verdict.rule}` : ""].filter(Boolean).join(", ");
  return `${DECISIONS[verdict.decision] || verdict.decision}${why ? ` (${why})` : ""}`;
}

export const milliseconds = (ms) => (ms >= 10_000 ? `${(ms / 1000).toFixed(0)} s` : ms >= 1000 ? `${(ms / 1000).toFixed(1)} s` : ms >= 10 ? `${ms.toFixed(0)} ms` : `${ms.toFixed(1)} ms`);

export const number = (value) => new Intl.NumberFormat().format(value);
