// Orders to the show, given from anywhere on the page. What they did is told by the show and not by hope.
import { sentence } from "../api";
import { link, store } from "../live";
import { toasts } from "../parts/toast.svelte";

const NOTE_MS = 2500;

class Orders {
  /** What the last order did. */
  note = $state("");
  /** Names of orders that are on their way. */
  sent = $state.raw<ReadonlySet<string>>(new Set());
  #timer = 0;

  /** Gives one of Stop, Mute and Skip; its outcome stands beside the buttons. */
  async overrule(name: "stop" | "mute" | "skip", on = true): Promise<void> {
    this.#mark(name, true);
    try {
      const { ms } = await link.order(name, name === "skip" ? {} : { on });
      this.#say(`${DONE[name][on ? 0 : 1]} · confirmed in ${Math.max(1, Math.round(ms))} ms`);
    } catch (error) {
      const text = `${name[0]!.toUpperCase()}${name.slice(1)} did not get through. ${sentence(error)}`;
      this.#say(text);
      toasts.failed(text);
    } finally {
      this.#mark(name, false);
    }
  }

  /** Gives any other order; says what was done, or why not. Returns whether it was. */
  async give(name: string, fields: Record<string, unknown>, done: string, undo: (() => unknown) | null = null): Promise<boolean> {
    try {
      await link.order(name, fields);
    } catch (error) {
      toasts.failed(sentence(error));
      return false;
    }
    if (done) toasts.done(done, undo);
    return true;
  }

  get state(): string {
    return store.cell("status")?.state ?? "";
  }

  #mark(name: string, on: boolean): void {
    const sent = new Set(this.sent);
    if (on) sent.add(name);
    else sent.delete(name);
    this.sent = sent;
  }

  #say(text: string): void {
    this.note = text;
    clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => (this.note = ""), NOTE_MS);
  }
}

const DONE = { stop: ["Stopped", "Going on"], mute: ["Muted", "Unmuted"], skip: ["Skipped", ""] } as const;

export const orders = new Orders();
