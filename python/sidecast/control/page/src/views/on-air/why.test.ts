import { expect, it } from "vitest";
import type { Why } from "../../live/types";
import { reasons, strength } from "./why";

const part = (name: string, points: number): Why => ({ part: name, words: name, points, counts: points < 0 ? "against" : "much" });

it("names the strongest reasons and what spoke against it, without what everybody has", () => {
  const why = [part("talk", 2), part("question", 1), part("mention", 0.8), part("fairness", -0.5), part("vip", 0.3), part("bits", 0.2), part("energy", 0.01)];
  expect(reasons(why)).toBe("question, mention, vip; but fairness");
  expect(reasons([part("talk", 2)])).toBe("nothing special about it");
  expect(reasons([part("fairness", -0.5)])).toBe("but fairness");
});

it("has a word for every score", () => {
  expect([-3, 0.5, 1, 2, 9].map(strength)).toEqual(["faint", "fair", "good", "strong", "very strong"]);
});
