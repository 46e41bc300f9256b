// One stream → its charts.
import { AUDIBLE_BUDGET_MS } from "./budget";
import { aMinute, calmer, shares, type Line, type Plot } from "./charts/model";
import type { Detail, Series, Value } from "./types";

export const LOADS = {
  processor: { name: "Processor", empty: "The show samples its load every five seconds." },
  lag: { name: "Lag", empty: "The show samples its load every five seconds." },
  picture: { name: "Picture", empty: "This stream ran without a picture." },
  memory: { name: "Memory", empty: "The show samples its load every five seconds." },
} as const;
export type LoadName = keyof typeof LOADS;

export interface StreamPlots {
  messages: Plot;
  chatters: Plot;
  arrivals: Plot;
  answered: Plot;
  questions: Plot;
  mood: Plot;
  latency: Plot;
  safety: Plot;
  loads: Record<LoadName, Plot>;
}

export function plotsOf({ series, latency_series: latency, marked, breaks }: Detail): StreamPlots {
  const of = (from: Series, lines: Line[], more: Partial<Plot> = {}): Plot => ({ at: from.at, step_s: from.step_s, x: "time", lines, breaks, ...more });
  const values = (name: string, from: Series = series): Value[] => from.values[name] ?? [];
  const calm = calmer(series, ["minutes", "messages", "answered", "questions", "questions_answered", "newcomers", "returning", "kept_out", "not_said"], {
    sentiment: "messages",
    energy: "messages",
  });
  const of_calm = (name: string): Value[] => values(name, calm);
  const rate = (name: string): Value[] => aMinute(of_calm(name), of_calm("minutes"));
  return {
    messages: of(series, [{ name: "messages", values: aMinute(values("messages"), values("minutes")), colour: "mint", format: "mean", kind: "area" }], { marked }),
    chatters: of(series, [{ name: "different people a minute", values: values("chatters"), colour: "violet", format: "mean", kind: "area" }]),
    arrivals: of(calm, [
      { name: "new", values: rate("newcomers"), colour: "gold", format: "mean" },
      { name: "returning", values: rate("returning"), colour: "violet", format: "mean" },
    ]),
    answered: of(calm, [{ name: "answered", values: shares(of_calm("answered"), of_calm("messages")), colour: "mint", format: "percent", kind: "area" }]),
    questions: of(calm, [
      { name: "asked", values: rate("questions"), colour: "violet", format: "mean" },
      { name: "answered", values: rate("questions_answered"), colour: "mint", format: "mean" },
    ]),
    mood: of(
      calm,
      [
        { name: "sentiment", values: of_calm("sentiment"), colour: "pink", format: "signed" },
        { name: "energy", values: of_calm("energy"), colour: "gold", format: "part", dash: true },
      ],
      { marked, least: -0.2, most: 0.6 },
    ),
    latency: of(
      latency,
      [
        { name: "p95", values: values("p95_ms", latency), colour: "gold", format: "ms" },
        { name: "p50", values: values("p50_ms", latency), colour: "mint", format: "ms", dash: true },
      ],
      { limit: { at: AUDIBLE_BUDGET_MS, name: `budget ${AUDIBLE_BUDGET_MS} ms` } },
    ),
    safety: of(calm, [
      { name: "messages kept out", values: rate("kept_out"), colour: "coral", format: "mean" },
      { name: "clauses not said", values: rate("not_said"), colour: "amber", format: "mean", dash: true },
    ]),
    loads: {
      processor: of(series, [
        { name: "this app, of one core", values: values("cpu_percent"), colour: "mint", format: "hundredth" },
        { name: "load of the machine, of all cores", values: values("machine_percent"), colour: "quiet", format: "hundredth", dash: true },
      ]),
      lag: of(series, [
        { name: "loop late by, at worst", values: values("lag_ms"), colour: "gold", format: "ms" },
      ]),
      picture: of(
        series,
        [
          { name: "frames a second", values: values("fps"), colour: "mint", format: "mean" },
          { name: "at worst", values: values("fps_least"), colour: "amber", format: "mean", dash: true },
        ],
        { most: 60 },
      ),
      memory: of(series, [{ name: "memory", values: values("memory_mb"), colour: "violet", format: "megabytes", kind: "area" }]),
    },
  };
}
