// The picture of the show, kept from the link's frames. What changed is told once an animation frame, however fast frames come.
import type { Cells, Frame, Line, LinkState, Message } from "./types";

const NUMBERED = /^([a-z])(\d+)$/;

/** Items with rising numbers, the oldest dropped by the server's word. Bounded there. */
export class Numbered<T> {
  #items = new Map<number, T>();
  #sorted: [number, T][] | null = null;
  #version = $state(0);
  #touched = false;

  /** In rising order; a new array whenever something changed, and only then. */
  get all(): readonly [number, T][] {
    void this.#version;
    this.#sorted ??= [...this.#items].sort(([a], [b]) => a - b);
    return this.#sorted;
  }

  get size(): number {
    void this.#version;
    return this.#items.size;
  }

  set(number: number, item: T): void {
    this.#items.set(number, item);
    this.#touched = true;
  }

  dropBelow(oldest: number): void {
    for (const number of this.#items.keys()) {
      if (number < oldest) this.#touched = this.#items.delete(number);
    }
  }

  clear(): void {
    this.#touched ||= this.#items.size > 0;
    this.#items.clear();
  }

  tell(): void {
    if (!this.#touched) return;
    this.#touched = false;
    this.#sorted = null;
    this.#version += 1;
  }
}

class Cell {
  value = $state.raw<unknown>();
}

export class Store {
  run = "";
  seq = 0;
  link = $state<LinkState>("connecting");
  /** The show's wall clock less ours, in milliseconds. */
  skewMs = 0;
  readonly messages = new Numbered<Message>();
  readonly lines = new Numbered<Line>();
  #lists = new Map<string, Numbered<unknown>>([["m", this.messages as Numbered<unknown>], ["l", this.lines as Numbered<unknown>]]);
  #cells = new Map<string, Cell>();
  /** How many there are. */
  #made = $state(0);
  #changed = new Map<string, unknown>();
  #waiting = false;

  /** Reactive; undefined until the show has told it. */
  cell<K extends keyof Cells>(key: K): Cells[K] | undefined {
    const cell = this.#cells.get(key);
    // who asks for one that was not told yet waits for it
    if (!cell) void this.#made;
    return cell?.value as Cells[K] | undefined;
  }

  /** Another kind of numbered items, by its letter: `store.list<Held>("h")`. */
  list<T>(letter: string): Numbered<T> {
    let list = this.#lists.get(letter);
    if (!list) this.#lists.set(letter, (list = new Numbered<unknown>()));
    return list as Numbered<T>;
  }

  apply(frame: Frame): void {
    if (frame.full || frame.run !== this.run) {
      for (const list of this.#lists.values()) list.clear();
      for (const key of this.#cells.keys()) this.#changed.set(key, undefined);
    }
    this.run = frame.run;
    this.seq = frame.seq;
    this.skewMs = frame.at_ms - Date.now();
    for (const [key, value] of Object.entries(frame.cells)) {
      const numbered = NUMBERED.exec(key);
      if (numbered) this.list(numbered[1]!).set(Number(numbered[2]), value);
      else this.#changed.set(key, value);
    }
    for (const [letter, oldest] of Object.entries(frame.oldest)) this.list(letter).dropBelow(oldest);
    if (this.#waiting) return;
    this.#waiting = true;
    // a hidden tab gets no animation frames; it is told when it is seen
    requestAnimationFrame(() => this.#tell());
  }

  #put(key: string, value: unknown): void {
    let cell = this.#cells.get(key);
    if (!cell) {
      this.#cells.set(key, (cell = new Cell()));
      this.#made += 1;
    }
    cell.value = value;
  }

  #tell(): void {
    this.#waiting = false;
    for (const [key, value] of this.#changed) this.#put(key, value);
    this.#changed.clear();
    for (const list of this.#lists.values()) list.tell();
  }
}
