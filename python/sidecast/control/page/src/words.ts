// How the page says it. Keys are the show's own words (flow.Reason, flow.HostState, flow.EventKind, flow.Category).
import type { Item, Verdict } from "./live/types";

export const STATES: Record<string, string> = {
  connecting: "connecting", starting: "starting", listening: "listening", thinking: "thinking",
  speaking: "speaking", muted: "muted", stopped: "stopped", lost: "no connection",
};

export type Group = "all" | "answered" | "waiting" | "passed" | "kept" | "aside" | "lost";

export interface Fate {
  word: string;
  why: string;
  look: "" | "answering" | "answered" | "kept" | "lost";
  group: Group;
}

const fate = (word: string, why: string, look: Fate["look"], group: Group): Fate => ({ word, why, look, group });

/** What became of a message, by reason. */
const FATES: Record<string, Fate> = {
  answering: fate("being answered", "Chosen; the host is on it now.", "answering", "waiting"),
  waiting: fate("waiting", "It may still be chosen.", "", "waiting"),
  answered: fate("answered", "The host answered it aloud.", "answered", "answered"),
  blocked: fate("held back", "The gate blocked it: it was not answered and is not read out.", "kept", "kept"),
  held: fate("held", "The gate was not sure, or the platform keeps it for a moderator to look at: it was not answered.", "kept", "kept"),
  removed: fate("removed", "A moderator removed it, or what it replies to.", "kept", "kept"),
  command: fate("a command", "Commands are for bots and moderators.", "", "aside"),
  reaction: fate("a reaction", "Emotes and cheers are enjoyed, not answered.", "", "aside"),
  information: fate("noted", "It is noted and needs no answer.", "", "aside"),
  repeated: fate("repeated", "The same text was there a moment ago.", "", "passed"),
  stale: fate("too late", "It waited longer than a viewer would expect an answer.", "", "passed"),
  crowded_out: fate("others came first", "The waiting list was full, and others scored higher.", "", "passed"),
  author_limit: fate("one at a time", "Its author already has a message waiting.", "", "passed"),
  never: fate("set aside by you", "Somebody at this page said never to answer it.", "", "passed"),
  rejected: fate("reply dropped", "Somebody read the reply and did not want it said.", "lost", "lost"),
  unapproved: fate("not approved", "Nobody approved the reply in time.", "lost", "lost"),
  careful: fate("careful mode", "While the chat storms only people who are known here, or nobody, are answered.", "", "passed"),
  opted_out: fate("left alone", "Its author does not want to be answered, quoted or remembered.", "", "aside"),
  muted: fate("while muted", "The host was muted or stopped.", "lost", "lost"),
  overruled: fate("overruled", "You skipped or stopped it before anything was heard.", "lost", "lost"),
  failed: fate("no answer", "It was chosen, but nothing came out that could be said.", "lost", "lost"),
  overloaded: fate("not read", "More arrived than could be read.", "lost", "lost"),
  own: fate("the host’s own", "What the co-host wrote in chat is not answered by it.", "", "aside"),
  channel_left: fate("channel left", "The show went over to another channel first.", "lost", "lost"),
  show_ended: fate("show ended", "The show ended first.", "lost", "lost"),
};

export const fateOf = (reason: string): Fate => FATES[reason] ?? fate(plain(reason), "", "", "lost");

export const GROUPS: Record<Group, { word: string; why: string }> = {
  all: { word: "All", why: "Everything that arrived" },
  answered: { word: "Answered", why: "Answered aloud" },
  waiting: { word: "Waiting", why: "May still be chosen" },
  passed: { word: "Passed over", why: "Too late, repeated, or others came first" },
  kept: { word: "Held back", why: "Blocked or held by the gate, or removed by a moderator" },
  aside: { word: "Left alone", why: "Reactions, commands and notices" },
  lost: { word: "Lost", why: "Muted, overruled, failed or not read" },
};

const EVENTS: Record<string, (event: Item) => string> = {
  follow: () => "followed", sub: () => "subscribed",
  resub: (event) => `resubscribed${event.amount ? `, month ${event.amount}` : ""}`,
  gift: (event) => `gave ${event.amount || "some"} subs`, cheer: (event) => `cheered ${event.amount} bits`,
  raid: (event) => `raids with ${event.amount}`, redemption: (event) => `redeemed ${event.title || "a reward"}`,
  poll: (event) => `poll: ${event.title}`, prediction: (event) => `prediction: ${event.title}`,
  hype_train: () => "hype train", ad_break: () => "ad break", shout_out: () => "shout-out",
  said: () => "your own line", stream_on: () => "stream on", stream_off: () => "stream off", 
  announcement: () => "announcement", notice: (event) => event.what ? plain(event.what) : "notice",
  moderation: (event) => event.title || "a moderator's act",
  unknown: (event) => event.what ? `new to us: ${plain(event.what)}` : "event",
};

/** What an event is, in words; empty for a plain message. */
export function eventWords(item: Item): string {
  return item.kind === "message" ? "" : (EVENTS[item.kind] ?? (() => plain(item.kind)))(item);
}

export const STAGES: Record<string, string> = {
  screened: "screened", chosen: "chosen", first_clause: "thought", cleared: "cleared", first_pcm: "voiced", audible: "heard",
};

export const CUTS: Record<string, string> = {
  overruled: "cut by you", muted: "cut: muted", removed: "cut: a message was removed", held: "cut: a message was held",
  show_ended: "cut: the show ended", channel_left: "cut: the show went over to another channel",
  rejected: "somebody did not want it said", unapproved: "nobody approved it in time",
  failed: "chosen, but nothing came out that could be said",
};

export const plain = (word: string): string => String(word).replaceAll("_", " ");

const DECISIONS: Record<string, string> = { block: "blocked", hold: "held", soften: "bleeped" };

/** A verdict that was not "allow", in words. */
export function verdictWords(verdict: Partial<Verdict>): string {
  const why = [plain(verdict.category ?? ""), verdict.rule ? `rule ${verdict.rule}` : ""].filter(Boolean).join(", ");
  return `${DECISIONS[verdict.decision ?? ""] ?? verdict.decision}${why ? ` (${why})` : ""}`;
}

/** What the gate made of a clause of the host's: `a word was bleeped (swearing, rule …)`. */
export const clauseWords = (clause: Partial<Verdict>): string => `${clause.decision === "soften" ? "a word was" : "a clause was kept back:"} ${verdictWords(clause)}`;

/** A duration: `7.4 ms`, `240 ms`, `1.2 s`, `14 s`, `3 min`. */
export function milliseconds(ms: number): string {
  if (ms >= 180_000) return `${Math.round(ms / 60_000)} min`;
  if (ms >= 10_000) return `${Math.round(ms / 1000)} s`;
  if (ms >= 1000) return `${(ms / 1000).toFixed(1)} s`;
  return ms >= 10 ? `${ms.toFixed(0)} ms` : `${ms.toFixed(1)} ms`;
}

const numbers = new Intl.NumberFormat();
export const number = (value: number): string => numbers.format(value);

const times = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
export const clockTime = (ms: number): string => times.format(ms);

const relative = new Intl.RelativeTimeFormat("en", { numeric: "auto" });
const UNITS: [Intl.RelativeTimeFormatUnit, number][] = [["year", 31_557_600_000], ["month", 2_629_800_000], ["day", 86_400_000], ["hour", 3_600_000], ["minute", 60_000]];

/** `3 minutes ago`, `in 2 hours`, `just now`. */
export function ago(ms: number, nowMs: number): string {
  for (const [unit, size] of UNITS) {
    if (Math.abs(ms - nowMs) >= size) return relative.format(Math.trunc((ms - nowMs) / size), unit);
  }
  // our clock is read every ten seconds, and those of two machines never agree
  return ms > nowMs + 15_000 ? "in a moment" : "just now";
}

/** `one message`, `3 messages`. */
export const counted = (count: number, one: string, many = `${one}s`): string => (count === 1 ? `one ${one}` : `${number(count)} ${many}`);
