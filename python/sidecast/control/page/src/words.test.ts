import { describe, expect, it } from "vitest";
import { ago, counted, eventWords, fateOf, milliseconds, verdictWords } from "./words";

describe("durations", () => {
  it.each([[0, "0.0 ms"], [7.44, "7.4 ms"], [240.4, "240 ms"], [1000, "1.0 s"], [14_400, "14 s"], [179_999, "180 s"], [180_000, "3 min"]])("%d ms are %s", (ms, words) => {
    expect(milliseconds(ms)).toBe(words);
  });
});

describe("moments", () => {
  const now = Date.UTC(2026, 10, 23);
  it.each([[0, "just now"], [-59_000, "just now"], [900, "just now"], [30_000, "in a moment"], [-180_000, "3 minutes ago"], [7_200_000, "in 2 hours"], [-86_400_000, "yesterday"]])("%d ms from now are %s", (ms, words) => {
    expect(ago(now + ms, now)).toBe(words);
  });
});

it("calls a reason that it does not know by its own name, and counts it among the lost", () => {
  expect(fateOf("some_new_reason")).toMatchObject({ word: "some new reason", group: "lost" });
});

it("tells a verdict with its category and rule, as far as they are known", () => {
  expect(verdictWords({ decision: "block", category: "spam", rule: "spam.viewers" })).toBe("blocked (spam, rule spam.viewers)");
  expect(verdictWords({ decision: "hold" })).toBe("held");
});

it("tells events in words and leaves messages alone", () => {
  expect(eventWords({ kind: "raid", name: "x", text: "", amount: 42 })).toBe("raids with 42");
  expect(eventWords({ kind: "something_new", name: "", text: "" })).toBe("something new");
  expect(eventWords({ kind: "message", name: "x", text: "hello" })).toBe("");
});

it("counts in words", () => {
  expect([counted(1, "message"), counted(0, "message"), counted(2, "reply", "replies")]).toEqual(["one message", "0 messages", "2 replies"]);
});
