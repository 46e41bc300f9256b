import { beforeEach, expect, it, vi } from "vitest";
import { Store } from "./store.svelte";
import type { Frame, Message } from "./types";

let frames: FrameRequestCallback[] = [];
const drawn = (): void => frames.splice(0).forEach((draw) => draw(0));

beforeEach(() => {
  frames = [];
  vi.stubGlobal("requestAnimationFrame", (draw: FrameRequestCallback) => frames.push(draw));
});

const message = (text: string): Message => ({ kind: "message", name: "mika", text, at_ms: 0, fate: "waiting" });
const frame = (cells: Record<string, unknown>, more: Partial<Frame> = {}): Frame => ({ run: "a", seq: 1, full: false, at_ms: Date.now(), oldest: {}, cells, ...more });

it("tells once a drawn frame, however many frames came", () => {
  const store = new Store();
  store.apply(frame({ status: { state: "thinking", note: "" } }));
  store.apply(frame({ status: { state: "speaking", note: "" }, m2: message("two"), m1: message("one") }));
  expect(store.cell("status")).toBeUndefined();
  expect(frames).toHaveLength(1);
  drawn();
  expect(store.cell("status")?.state).toBe("speaking");
  expect(store.messages.all.map(([key, { text }]) => [key, text])).toEqual([[1, "one"], [2, "two"]]);
});

it("gives the same array until something changes, and drops what the show no longer keeps", () => {
  const store = new Store();
  store.apply(frame({ m1: message("one"), m2: message("two") }));
  drawn();
  const before = store.messages.all;
  store.apply(frame({ counts: { received: 2, reasons: {} } }));
  drawn();
  expect(store.messages.all).toBe(before);
  store.apply(frame({ m3: message("three") }, { oldest: { m: 3 } }));
  drawn();
  expect(store.messages.all.map(([key]) => key)).toEqual([3]);
});

it("forgets everything of a show that was started anew", () => {
  const store = new Store();
  store.apply(frame({ m1: message("one"), l1: {}, turn: { turn: "x" }, h4: { held: true } }));
  drawn();
  store.apply(frame({ m9: message("nine") }, { run: "b", full: true }));
  drawn();
  expect(store.messages.all.map(([key]) => key)).toEqual([9]);
  expect(store.lines.size).toBe(0);
  expect(store.list("h").size).toBe(0);
  expect(store.cell("turn")).toBeUndefined();
});

it("takes a removed text out of sight with the frame that says so", () => {
  const store = new Store();
  store.apply(frame({ m1: message("something vile") }));
  drawn();
  store.apply(frame({ m1: { ...message(""), removed: true } }));
  drawn();
  expect(JSON.stringify(store.messages.all)).not.toContain("vile");
});
