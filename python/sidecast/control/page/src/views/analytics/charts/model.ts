// What a chart shows, and how its points are brought to a number that can be read.
import type { Break, Marked, Series, Value } from "../types";
import type { Format } from "../figures";

export type Colour = "mint" | "violet" | "gold" | "pink" | "amber" | "coral" | "quiet" | "soft";

export interface Line {
  name: string;
  values: Value[];
  colour: Colour;
  format: Format;
  kind?: "line" | "area" | "bars";
  dash?: boolean;
}

export interface Plot {
  /** Unix seconds, or seconds since the beginning (`x` = "since"). */
  at: number[];
  step_s: number;
  x: "time" | "since" | "date";
  lines: Line[];
  /** Of the left axis: at least these. */
  least?: number;
  most?: number;
  /** A line across, with its name. */
  limit?: { at: number; name: string };
  marked?: Marked[];
  breaks?: Break[];
}

/** Points that can be told apart in a chart about shares and moods; more only flicker. */
export const CALM = 90;

/**
 * Fewer, equal steps: sums of `sums`, means of `means` weighted by another series. What is empty stays empty.
 * `points` are those of the longest of several series that must have equal steps.
 */
export function calmer(series: Series, sums: readonly string[], means: Readonly<Record<string, string>> = {}, points = series.at.length): Series {
  const factor = Math.ceil(points / CALM);
  if (factor <= 1) return series;
  const length = Math.ceil(series.at.length / factor);
  const part = (name: string, slot: number): Value[] => (series.values[name] ?? []).slice(slot * factor, (slot + 1) * factor);
  const values: Record<string, Value[]> = {};
  const slots = Array.from({ length }, (_, slot) => slot);
  for (const name of sums) values[name] = slots.map((slot) => sum(part(name, slot)));
  for (const [name, weight] of Object.entries(means)) {
    values[name] = slots.map((slot) => weighted(part(name, slot), part(weight, slot)));
  }
  return { step_s: series.step_s * factor, at: slots.map((slot) => series.at[slot * factor] ?? 0), values };
}

export function sum(values: Value[]): Value {
  const there = values.filter((value) => value !== null);
  return there.length ? there.reduce((total, value) => total + value, 0) : null;
}

function weighted(values: Value[], weights: Value[]): Value {
  let total = 0;
  let weight = 0;
  values.forEach((value, index) => {
    const by = weights[index] ?? 0;
    if (value !== null && by) {
      total += value * by;
      weight += by;
    }
  });
  return weight ? total / weight : null;
}

/** `part` of `whole`, point by point. */
export const shares = (part: Value[] = [], whole: Value[] = []): Value[] =>
  part.map((value, index) => (value !== null && whole[index] ? value / whole[index] : null));

/** Sums of a step as so many a minute of those in which the show ran: a step that has only begun is not a dip. */
export const aMinute = (values: Value[] = [], minutes: Value[] = []): Value[] => shares(values, minutes);

export const measured = (plot: Plot): boolean => plot.lines.some((line) => line.values.some((value) => value !== null));
