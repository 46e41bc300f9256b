import { describe, expect, it } from "vitest";
import type { Series, Value } from "../types";
import { aMinute, CALM, calmer, measured, shares, sum, type Plot } from "./model";

const series = (length: number, values: Record<string, (index: number) => Value>): Series => ({
  step_s: 60,
  at: Array.from({ length }, (_, index) => index * 60),
  values: Object.fromEntries(Object.entries(values).map(([name, of]) => [name, Array.from({ length }, (_, index) => of(index))])),
});

describe("calmer", () => {
  it("leaves what can be read as it is", () => {
    const few = series(CALM, { messages: () => 1 });
    expect(calmer(few, ["messages"])).toBe(few);
  });

  it("loses nothing of sums and keeps equal steps", () => {
    const calm = calmer(series(600, { messages: (index) => index }), ["messages"]);
    expect(calm.at.length).toBeLessThanOrEqual(CALM);
    expect(sum(calm.values["messages"]!)).toBe((599 * 600) / 2);
    expect(new Set(calm.at.slice(1).map((at, index) => at - calm.at[index]!))).toEqual(new Set([calm.step_s]));
  });

  it("weighs means by what they are means of, and leaves empty what nobody measured", () => {
    const calm = calmer(
      series(180, { messages: (index) => (index < 2 ? [9, 1][index]! : null), mood: (index) => (index < 2 ? [1, 0][index]! : null) }),
      ["messages"],
      { mood: "messages" },
    );
    expect(calm.values["mood"]!.slice(0, 2)).toEqual([0.9, null]);
    expect(calm.values["messages"]!.slice(0, 2)).toEqual([10, null]);
  });

  it("takes the steps of the longest of several series", () => {
    expect(calmer(series(100, { messages: () => 1 }), ["messages"], {}, 600).step_s).toBe(420);
  });
});

describe("shares and rates", () => {
  it("are empty where there is nothing to divide by", () => {
    expect(shares([1, 0, null, 3], [2, 0, 5, null])).toEqual([0.5, null, null, null]);
    expect(aMinute([6, 2, 0], [3, 1, 2])).toEqual([2, 2, 0]);
  });
});

describe("measured", () => {
  const plot = (values: Value[]): Plot => ({ at: [0, 60], step_s: 60, x: "time", lines: [{ name: "a", values, colour: "mint", format: "count" }] });
  it("tells nothing from zero", () => {
    expect(measured(plot([null, null]))).toBe(false);
    expect(measured(plot([null, 0]))).toBe(true);
  });
});
