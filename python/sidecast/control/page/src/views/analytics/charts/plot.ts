// uPlot, dressed for this page. Loaded with the analytics only.
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { FORMATS } from "../figures";
import { colourOf, thin } from "./colours";
import type { Line, Plot } from "./model";

const FONT = '12px Nunito, "Segoe UI", system-ui, sans-serif';
const FEW = 40;

/** Of the time axis. */
export interface Part {
  min: number;
  max: number;
}

export interface Drawn {
  /** The point under the cursor, or null. */
  onpoint: (index: number | null) => void;
  /** The part of the time that is shown, after somebody has dragged over it; null for all of it. */
  onzoom: (part: Part | null) => void;
  /** Charts with the same key move their cursors together. */
  together?: string | undefined;
}

export function draw(where: HTMLElement, plot: Plot, height: number, { onpoint, onzoom, together }: Drawn): uPlot {
  const axis: uPlot.Axis = { stroke: colourOf("quiet"), font: FONT, grid: { stroke: thin("line", 0.55), width: 1 }, ticks: { show: false } };
  const said = FORMATS[plot.lines[0]?.format ?? "count"];
  let began = 0;
  const options: uPlot.Options = {
    width: Math.max(200, where.clientWidth),
    height,
    padding: [plot.marked?.length ? 20 : 10, 20, 0, 0],
    legend: { show: false },
    cursor: {
      x: true,
      y: false,
      drag: { x: true, y: false, setScale: true },
      ...(together ? { sync: { key: together, setSeries: false } } : {}),
      points: { size: 8, width: 2 },
    },
    scales: { x: { time: plot.x !== "since", range: (_, low, high) => roomFor(plot, low, high) }, y: { range: (_, low, high) => rangeOf(plot, low, high) } },
    axes: [
      plot.x === "since" ? { ...axis, size: 30, incrs: STEPS, values: (_, splits) => splits.map(since) } : { ...axis, size: 44, incrs: STEPS, values: TIMES },
      { ...axis, size: 58, values: (_, splits) => splits.map((value) => said(value)) },
    ],
    series: [{}, ...plot.lines.map(seriesOf)],
    hooks: {
      drawClear: [
        (chart) => {
          began = performance.now();
          shade(chart, plot);
        },
      ],
      draw: [
        (chart) => {
          mark(chart, plot);
          // for whoever measures: milliseconds of the last redraw
          where.dataset["drawn"] = (performance.now() - began).toFixed(2);
        },
      ],
      setScale: [
        (chart, name) => {
          const { min, max } = chart.scales[name] ?? {};
          if (name !== "x" || min === undefined || max === undefined || min === null || max === null) return;
          onzoom(min > (plot.at[0] ?? 0) || max < (plot.at.at(-1) ?? 0) ? { min, max } : null);
        },
      ],
      setCursor: [(chart) => onpoint(chart.cursor.idx ?? null)],
    },
  };
  return new uPlot(options, [plot.at, ...plot.lines.map((line) => line.values)], where);
}

const TIMES: uPlot.Axis.Values = [
  [86_400 * 28, "{MMM}\n{YYYY}", null, null, null, null, null, null, 1],
  [86_400, "{D} {MMM}", "\n{YYYY}", null, null, null, null, null, 1],
  [60, "{HH}:{mm}", "\n{D} {MMM}", null, "\n{D} {MMM}", null, null, null, 1],
];

const DAY = 86_400;
/** Between two labels: nothing is finer than a minute. */
const STEPS = [60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 28_800, DAY, 2 * DAY, 7 * DAY, 14 * DAY, 28 * DAY, 91 * DAY, 182 * DAY, 365 * DAY];

/** The time that is shown: bars stand whole at its ends, and a single point has some room. */
function roomFor(plot: Plot, low: number, high: number): [number, number] {
  const [only] = plot.at;
  if (plot.at.length === 1 && only !== undefined) return [only - plot.step_s, only + plot.step_s];
  const bars = plot.lines.some((line) => line.kind === "bars");
  const room = high - low < 2 * plot.step_s ? plot.step_s : bars ? plot.step_s / 2 : 0;
  return [low - room, high + room];
}

function seriesOf(line: Line): uPlot.Series {
  const colour = colourOf(line.colour);
  const few = line.values.filter((value) => value !== null).length < FEW;
  const bars = line.kind === "bars" ? { paths: uPlot.paths.bars!({ size: [0.8, 28], align: 0 }), fill: colour } : {};
  return {
    label: line.name,
    stroke: colour,
    width: line.kind === "bars" ? 0 : 2,
    ...(line.kind === "area" ? { fill: thin(line.colour, 0.18) } : {}),
    ...(line.dash ? { dash: [6, 5] } : {}),
    points: { show: few && line.kind !== "bars", size: 5, fill: colour },
    ...bars,
  };
}

function rangeOf(plot: Plot, low: number | null, high: number | null): [number, number] {
  const least = Math.min(low ?? 0, plot.least ?? 0);
  const most = Math.max(high ?? 0, plot.most ?? -Infinity, plot.limit ? plot.limit.at * 1.1 : -Infinity);
  return [least, most > least ? most + (most === plot.most ? 0 : (most - least) * 0.08) : least + 1];
}

/** Gaps: nothing is known of them. */
function shade(chart: uPlot, plot: Plot): void {
  const { ctx, bbox } = chart;
  for (const gap of plot.breaks ?? []) {
    const left = clamp(chart.valToPos(gap.from_ms / 1000, "x", true), bbox.left, bbox.left + bbox.width);
    const right = clamp(chart.valToPos(gap.to_ms / 1000, "x", true), bbox.left, bbox.left + bbox.width);
    if (right < left + 1) continue;
    ctx.fillStyle = thin(gap.kind === "lost" ? "coral" : "quiet", 0.16);
    ctx.fillRect(left, bbox.top, right - left, bbox.height);
  }
}

const BIG = new Set(["raid", "hype_train", "ad_break", "stream_on", "stream_off"]);

/** Events as ticks above the chart, the big ones as lines with their name; and the limit. */
function mark(chart: uPlot, plot: Plot): void {
  const { ctx, bbox } = chart;
  const ratio = devicePixelRatio;
  ctx.save();
  ctx.textAlign = "left";
  ctx.textBaseline = "alphabetic";
  ctx.font = `${11 * ratio}px Nunito, "Segoe UI", system-ui, sans-serif`;
  let free = -Infinity;
  for (const event of plot.marked ?? []) {
    const x = chart.valToPos(event.at_ms / 1000, "x", true);
    if (x < bbox.left || x > bbox.left + bbox.width) continue;
    const big = BIG.has(event.kind);
    ctx.fillStyle = colourOf(big ? "gold" : "quiet");
    ctx.fillRect(x - ratio / 2, bbox.top - 8 * ratio, (big ? 1.5 : 1) * ratio, big ? bbox.height + 8 * ratio : 6 * ratio);
    const name = event.kind.replaceAll("_", " ");
    const width = ctx.measureText(name).width;
    if (big && x + 4 * ratio > free && x + width < bbox.left + bbox.width) {
      ctx.fillText(name, x + 4 * ratio, bbox.top - 6 * ratio);
      free = x + width + 14 * ratio;
    }
  }
  if (plot.limit) {
    const y = chart.valToPos(plot.limit.at, "y", true);
    ctx.strokeStyle = colourOf("amber");
    ctx.lineWidth = 1.5 * ratio;
    ctx.setLineDash([4 * ratio, 4 * ratio]);
    ctx.beginPath();
    ctx.moveTo(bbox.left, y);
    ctx.lineTo(bbox.left + bbox.width, y);
    ctx.stroke();
    ctx.fillStyle = colourOf("amber");
    ctx.fillText(plot.limit.name, bbox.left + 6 * ratio, y - 5 * ratio);
  }
  ctx.restore();
}

const clamp = (value: number, low: number, high: number): number => Math.min(Math.max(value, low), high);

/** `0:30`: hours and minutes since the beginning. */
export const since = (seconds: number): string =>
  `${Math.floor(seconds / 3600)}:${String(Math.floor((seconds % 3600) / 60)).padStart(2, "0")}`;

/** All of the time again, in all charts that move together. */
export function showAll(chart: uPlot): void {
  chart.over.dispatchEvent(new MouseEvent("dblclick", { bubbles: true }));
}
