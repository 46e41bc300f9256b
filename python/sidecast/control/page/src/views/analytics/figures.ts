// Figures in words. Nothing measured is a dash, never 0.
import { milliseconds, number } from "../../words";
import type { Marked, Value } from "./types";

export const NOTHING = "–";

type Told = (value: number) => string;

const or =
  (told: Told) =>
  (value: Value | undefined): string =>
    value === null || value === undefined ? NOTHING : told(value);

export const count = or((value) => number(Math.round(value)));
export const mean = or((value) => number(Math.round(value * 10) / 10));
export const percent = or((value) => `${(value * 100).toFixed(value < 0.1 && value > 0 ? 1 : 0)} %`);
export const hundredth = or((value) => `${value.toFixed(value < 10 ? 1 : 0)} %`);
export const ms = or((value) => (value === 0 ? "0 ms" : milliseconds(value)));
export const part = or((value) => value.toFixed(2));
export const megabytes = or((value) => `${number(Math.round(value))} MB`);
export const signed = or((value) => `${value > 0 ? "+" : value < 0 ? "−" : ""}${Math.abs(value).toFixed(2)}`);

export const FORMATS = { count, mean, part, percent, hundredth, ms, megabytes, signed };
export type Format = keyof typeof FORMATS;

/** `3 h 20 min`. */
export function duration(minutes: number): string {
  const whole = Math.round(minutes);
  if (whole < 60) return `${whole} min`;
  return whole % 60 ? `${Math.floor(whole / 60)} h ${whole % 60} min` : `${whole / 60} h`;
}

const dates = new Intl.DateTimeFormat(undefined, { weekday: "short", day: "numeric", month: "short", year: "numeric" });
const months = new Intl.DateTimeFormat(undefined, { month: "long", year: "numeric", timeZone: "UTC" });
const days = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" });

export const date = (at_ms: number): string => dates.format(at_ms);
export const secondsOf = (day: string): number => Date.parse(`${day}T00:00:00Z`) / 1000;

/** A period by its first day. */
export function period(begins: string, unit: "day" | "week" | "month"): string {
  const at = Date.parse(`${begins}T00:00:00Z`);
  return unit === "month" ? months.format(at) : unit === "week" ? `from ${days.format(at)}` : days.format(at);
}

const EVENTS: Record<string, (amount: number) => string> = {
  raid: (n) => `Raid, ${number(n)} viewers`,
  sub: () => "Sub",
  resub: (n) => (n ? `Resub, month ${n}` : "Resub"),
  gift: (n) => (n > 1 ? `${n} subs given` : "Sub given"),
  cheer: (n) => `Cheer, ${number(n)} bits`,
  hype_train: () => "Hype train",
  ad_break: () => "Ad break",
  shout_out: () => "Shout-out",
  poll: () => "Poll",
  prediction: () => "Prediction",
  stream_on: () => "Stream on",
  stream_off: () => "Stream off",
};

export const event = (marked: Marked): string => (EVENTS[marked.kind] ?? (() => marked.kind.replaceAll("_", " ")))(marked.amount);

export const STAGES: Record<string, string> = {
  arrival_to_audible: "Message to first sound",
  screened: "Screened and understood",
  chosen: "Chosen",
  first_clause: "First clause thought",
  cleared: "Cleared by the gate",
  first_pcm: "Voiced",
  audible: "At the mixer",
  age: "Every answer, waiting included",
  stop: "Stop to silence",
};
