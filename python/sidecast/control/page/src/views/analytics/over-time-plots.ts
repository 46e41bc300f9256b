// Days, weeks or months → charts.
import { AUDIBLE_BUDGET_MS } from "./budget";
import type { Line, Plot } from "./charts/model";
import { secondsOf } from "./figures";
import type { Figures, OverTime, Value } from "./types";

const DAYS = { day: 1, week: 7, month: 30 };
const EACH = { day: "a day", week: "a week", month: "a month" };

interface Told {
  title: string;
  about?: string;
  plot: Plot;
  empty: string;
}

export function overTimePlots({ unit, periods }: OverTime): Told[] {
  const of = (read: (figures: Figures) => Value): Value[] => periods.map(({ figures }) => (figures ? read(figures) : null));
  const plot = (lines: Line[], more: Partial<Plot> = {}): Plot => ({
    at: periods.map(({ begins }) => secondsOf(begins)),
    step_s: DAYS[unit] * 86_400,
    x: "date",
    lines,
    ...more,
  });
  const each = EACH[unit];
  return [
    { title: `Messages ${each}`, empty: "Nobody wrote.", plot: plot([{ name: "messages", values: of((figures) => figures.messages), colour: "mint", format: "count", kind: "bars" }]) },
    {
      title: `Chatters ${each}`,
      about: "Different people; each counts once in its time.",
      empty: "Nobody wrote.",
      plot: plot([
        { name: "all", values: of((figures) => figures.chatters), colour: "violet", format: "count", kind: "bars" },
        { name: "of these new", values: of((figures) => figures.newcomers), colour: "gold", format: "count", kind: "bars" },
      ]),
    },
    { title: `Streamed ${each}`, empty: "Nothing was streamed.", plot: plot([{ name: "hours", values: of((figures) => figures.minutes / 60), colour: "quiet", format: "mean", kind: "bars" }]) },
    { title: "Answered share", empty: "Nobody wrote.", plot: plot([{ name: "answered", values: of((figures) => figures.answered_share), colour: "mint", format: "percent" }]) },
    {
      title: `Questions ${each}`,
      empty: "Nobody asked.",
      plot: plot([
        { name: "asked", values: of((figures) => figures.questions), colour: "violet", format: "count" },
        { name: "answered", values: of((figures) => figures.questions_answered), colour: "mint", format: "count" },
      ]),
    },
    {
      title: "Sentiment and energy",
      empty: "Nobody wrote.",
      plot: plot(
        [
          { name: "sentiment", values: of((figures) => figures.sentiment), colour: "pink", format: "signed" },
          { name: "energy", values: of((figures) => figures.energy), colour: "gold", format: "part", dash: true },
        ],
        { least: -0.2, most: 0.6 },
      ),
    },
    {
      title: "Message to first sound",
      empty: "Nobody was answered while the host was free.",
      plot: plot(
        [
          { name: "p95", values: of((figures) => figures.audible_ms_p95), colour: "gold", format: "ms" },
          { name: "p50", values: of((figures) => figures.audible_ms_p50), colour: "mint", format: "ms", dash: true },
        ],
        { limit: { at: AUDIBLE_BUDGET_MS, name: `budget ${AUDIBLE_BUDGET_MS} ms` } },
      ),
    },
    {
      title: `Kept back by the gates, ${each}`,
      empty: "Nothing was screened.",
      plot: plot([
        { name: "messages kept out", values: of((figures) => figures.kept_out), colour: "coral", format: "count", kind: "bars" },
        { name: "clauses not said", values: of((figures) => figures.not_said), colour: "amber", format: "count" },
      ]),
    },
  ];
}
