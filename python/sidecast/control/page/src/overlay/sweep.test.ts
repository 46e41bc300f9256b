import { expect, it } from "vitest";
import { sweep, type PartTimes, type TimedWord } from "./sweep";

const words: TimedWord[] = [
  { n: 1, start: 0, end: 0.5 },
  { n: 1, start: 0.6, end: 1 },
  { n: 2, start: 0.1, end: 0.4 },
];
const parts = (first: number | null, second: number | null = null, cut: number | null = null): Map<number, PartTimes> =>
  new Map([[1, { began_ms: first, cut_ms: cut }], [2, { began_ms: second, cut_ms: null }]]);

it("reads nothing of what has not begun", () => {
  expect(sweep(words, parts(null), 5000)).toEqual({ word: -1, progress: 0, speaking: false });
  expect(sweep(words, parts(2000), 1500)).toEqual({ word: -1, progress: 0, speaking: false });
});

it("is in the middle of a word, or in the pause after it", () => {
  expect(sweep(words, parts(1000), 1250)).toEqual({ word: 0, progress: 0.5, speaking: true });
  expect(sweep(words, parts(1000), 1550)).toEqual({ word: 0, progress: 1, speaking: false });
  expect(sweep(words, parts(1000), 1800)).toMatchObject({ word: 1, speaking: true });
});

it("waits for the next utterance's own mark, however late it is", () => {
  expect(sweep(words, parts(1000), 99_000)).toEqual({ word: 1, progress: 1, speaking: false });
  expect(sweep(words, parts(1000, 3000), 3250)).toMatchObject({ word: 2, speaking: true });
});

it("stays where it was cut", () => {
  expect(sweep(words, parts(1000, null, 1250), 1249)).toMatchObject({ word: 0, speaking: true });
  expect(sweep(words, parts(1000, null, 1250), 60_000)).toEqual({ word: 0, progress: 0.5, speaking: false });
});

it("goes on from a word that it knows, with the same result", () => {
  expect(sweep(words, parts(1000, 3000), 3250, 1)).toEqual(sweep(words, parts(1000, 3000), 3250));
});

it("takes a word without any length as read when it begins", () => {
  expect(sweep([{ n: 1, start: 0, end: 0 }], parts(1000), 1000)).toEqual({ word: 0, progress: 1, speaking: false });
});
