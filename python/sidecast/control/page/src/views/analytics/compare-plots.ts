// Several streams over each other: one line each, from each one's beginning.
import { clockTime } from "../../words";
import { aMinute, calmer, shares, type Colour, type Plot } from "./charts/model";
import { date, type Format } from "./figures";
import type { Compared, Series, Value } from "./types";

const COLOURS: readonly Colour[] = ["mint", "violet", "gold", "pink", "coral", "soft"];

export const MEASURES = {
  messages: { name: "Messages", title: "Messages a minute", format: "mean" },
  chatters: { name: "Chatters", title: "Different people a minute", format: "mean" },
  answered: { name: "Answered", title: "Answered share", format: "percent" },
  questions: { name: "Questions", title: "Questions a minute", format: "mean" },
  sentiment: { name: "Sentiment", title: "Sentiment", format: "signed" },
  energy: { name: "Energy", title: "Energy", format: "part" },
} as const satisfies Record<string, { name: string; title: string; format: Format }>;
export type Measure = keyof typeof MEASURES;

export function comparison(streams: Compared[], measure: Measure): Plot {
  // as many steps go together in each as in the longest, so that their points lie over each other
  const longest = Math.max(...streams.map(({ series }) => series.at.length));
  const calm = streams.map(({ series }) =>
    calmer(withAnswered(series), ["minutes", "messages", "questions", "answered"], { chatters: "minutes", sentiment: "messages", energy: "messages" }, longest),
  );
  const at = calm.reduce((long, each) => (each.at.length > long.length ? each.at : long), [] as number[]);
  return {
    at,
    step_s: calm[0]?.step_s ?? 60,
    x: "since",
    lines: streams.map(({ stream }, index) => {
      const values = valuesOf(calm[index]!, measure);
      return {
        name: `${date(stream.begun_ms)}, ${clockTime(stream.begun_ms)}`,
        values: at.map((_, place) => values[place] ?? null),
        colour: COLOURS[index % COLOURS.length] ?? "soft",
        format: MEASURES[measure].format,
        dash: index % 2 === 1,
      };
    }),
  };
}

function valuesOf(series: Series, measure: Measure): Value[] {
  if (measure === "answered") return shares(series.values["answered"], series.values["messages"]);
  if (measure === "messages" || measure === "questions") return aMinute(series.values[measure], series.values["minutes"]);
  return series.values[measure] ?? [];
}

function withAnswered(series: Series): Series {
  const answered = (series.values["answered_share"] ?? []).map((share, index) => (share === null ? null : share * (series.values["messages"]?.[index] ?? 0)));
  return { ...series, values: { ...series.values, answered } };
}
