// What a point is called.
import { clockTime } from "../../../words";
import { date } from "../figures";
import type { Plot } from "./model";
import { since } from "./plot";

const days = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" });

export function pointName(plot: Plot, index: number): string {
  const at = plot.at[index] ?? 0;
  if (plot.x === "since") return since(at);
  if (plot.x === "date") return days.format(at * 1000);
  return plot.step_s >= 86_400 ? date(at * 1000) : clockTime(at * 1000);
}
