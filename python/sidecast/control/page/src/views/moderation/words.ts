// What levels, categories and verdicts mean, in words for people.
import type { Decision, Judged } from "./types";

export interface Level { name: string; meaning: string }

export const LEVELS: readonly Level[] = [
  { name: "Only the worst", meaning: "Stops hate, threats, sexual content about minors, private data and attempts to take over the co-host. Nothing is milder." },
  { name: "Harmful", meaning: "Stops all of 0, and links, scams and what is meant to hurt." },
  { name: "Unpleasant", meaning: "Stops all of 1, and crude talk, insults and provocations. Joyful swearing passes." },
  { name: "No swearing", meaning: "Stops all of 2, and strong swearing." },
  { name: "Everything doubtful", meaning: "Stops all of 3, and mild swearing and whatever only might be meant badly." },
];

/** Those with rules, in the order in which they are shown. */
export const CATEGORIES: Record<string, { name: string; meaning: string }> = {
  swearing: { name: "Swearing", meaning: "Four-letter words, and the milder ones." },
  sex: { name: "Sex", meaning: "Sexual words and remarks." },
  aggression: { name: "Aggression", meaning: "Threats and calls for violence." },
  bullying: { name: "Bullying", meaning: "Insults meant for a person." },
  race_religion: { name: "Origin and belief", meaning: "Against people for their origin, colour or religion." },
  misogyny: { name: "Misogyny", meaning: "Against women." },
  sexuality: { name: "Sexuality and gender", meaning: "Against people for whom they love or who they are." },
  disability: { name: "Disability", meaning: "Against people with a disability or illness." },
  extremism: { name: "Extremism", meaning: "Praise of terror, its symbols and its leaders." },
  self_harm: { name: "Self-harm", meaning: "Suicide and self-injury." },
  minors: { name: "Minors", meaning: "Sexual content about minors, and their private lives." },
  personal_data: { name: "Private data", meaning: "Addresses, phone numbers, bank cards." },
  secrets: { name: "Secrets", meaning: "Passwords, keys and tokens." },
  link: { name: "Links", meaning: "Written, spelled out or spoken." },
  spam: { name: "Spam", meaning: "Scams, floods, “buy followers”." },
  injection: { name: "Take-over", meaning: "Attempts to make the co-host say or do something it should not." },
  command: { name: "Commands", meaning: "Lines that would start another bot when they are said." },
};

const OTHER: Record<string, string> = { own: "Your own lists", malformed: "Not readable", none: "—" };

export const categoryName = (category: string): string => CATEGORIES[category]?.name ?? OTHER[category] ?? category.replaceAll("_", " ");

export const DECISIONS: Record<Decision, { name: string; tone: "good" | "warn" | "bad" }> = {
  allow: { name: "let through", tone: "good" },
  soften: { name: "bleeped", tone: "warn" },
  hold: { name: "held", tone: "warn" },
  block: { name: "blocked", tone: "bad" },
};

/** `Links, rule link.written`; `Misogyny, by the classifiers` */
export function why(verdict: Judged): string {
  if (verdict.decision === "allow" && !verdict.rule) return "";
  const category = verdict.category === "none" ? "" : categoryName(verdict.category);
  const rule = verdict.rule.startsWith("classifier.") ? "by the classifiers" : verdict.rule && `rule ${verdict.rule}`;
  return [category, rule].filter(Boolean).join(", ");
}

export const ROLES: Record<string, string> = { broadcaster: "You (the broadcaster)", moderator: "Moderators", vip: "VIPs", subscriber: "Subscribers" };

export const KEPT: Record<string, string> = {
  ledger: "Turns in the ledger", acts: "Acts at Twitch", runs: "Runs of rules", seen: "Messages seen today", last_hour: "Texts that were judged", held: "Held messages",
  cases: "Test cases", opt_out: "The opt-out", figures: "A mark in the figures",
};

export const CARE: Record<string, { name: string; meaning: string }> = {
  all: { name: "As usual", meaning: "Everybody may be answered." },
  known: { name: "Careful", meaning: "Only questions and mentions of people who are known here: moderators, VIPs, subscribers, and who has been writing for ten minutes. Follows and raids are noted, not thanked." },
  nobody: { name: "Silent to chat", meaning: "Nobody is answered. You can still have it say something, or answer one message by hand." },
};
