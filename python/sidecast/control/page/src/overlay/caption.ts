// What is being said, swept word by word as it is heard: scenes/overlay/caption/ in the app.
import { Frames, isStill } from "./motion";
import { drawn, isGone, made, show, vanish, type View } from "./parts";
import { sweep, type PartTimes, type TimedWord } from "./sweep";

interface Part extends PartTimes {
  n: number;
  words: [text: string, start: number, end: number][];
}

interface Word extends TimedWord {
  element: HTMLElement;
}

/** Lines kept above the one being read once the text is longer than the bubble. */
const LINES_BEFORE = 2;
const MOST_LINES = 4;
const EASE_RATE = 28;
const GROW_MS = 400;
const LEAVE_MS = 180;

// Drawn for a tip that is to the right of the paper; the fill hides the paper's border under it.
const TAIL = "C-2.5-4.7 27.5-6.7 52 0C27.5 9-2.5 13.8-2.5 27.6";

export class Caption implements View {
  #now: () => number;
  #box = made("section", "caption");
  #bubble = made("div", "bubble");
  #sheet = made("div", "sheet");
  #glow = made("i", "glow");
  #text = made("p", "said");
  #turn = "";
  #words: Word[] = [];
  #parts = new Map<number, Part>();
  #read = -1;
  #line = -1;
  #lineHeight = 1;
  #leaving = 0;
  #growth: Animation | null = null;
  #glowAt = { x: 0, y: -1, w: 0, h: 0 };
  #frames = new Frames((ms) => this.#advance(ms));

  /** `now`: wall time of the show, in milliseconds. */
  constructor(place: HTMLElement, now: () => number) {
    this.#now = now;
    this.#text.dir = "auto";
    const window = made("div", "window");
    this.#sheet.append(this.#glow, this.#text);
    window.append(this.#sheet);
    const tail = drawn("-10 -36 64 72", [{ d: `M-10-27.6H-2.5${TAIL}H-10Z`, class: "fill" }, { d: `M-2.5-33.6V-27.6${TAIL}V33.6`, class: "line" }], "tail");
    this.#bubble.append(window, tail);
    this.#box.append(this.#bubble);
    place.append(this.#box);
  }

  take(cell: Record<string, unknown> | null): void {
    if (!cell || isGone(cell)) {
      if (cell) vanish(this.#box);
      else show(this.#box, false);
      clearTimeout(this.#leaving);
      this.#leaving = window.setTimeout(() => this.#clear(), cell ? 0 : LEAVE_MS);
      if (cell) this.#clear();
      return;
    }
    clearTimeout(this.#leaving);
    const turn = cell["turn"] as string;
    const parts = cell["parts"] as Part[];
    if (turn !== this.#turn || !this.#goesOn(parts)) this.#clear();
    this.#turn = turn;
    const before = this.#box.classList.contains("shown") ? this.#bubble.getBoundingClientRect() : null;
    let more = false;
    for (const part of parts) {
      if (!this.#parts.has(part.n)) {
        for (const [text, start, end] of part.words) this.#add({ n: part.n, start, end }, text);
        more = true;
      }
      this.#parts.set(part.n, part);
    }
    if (more) {
      this.arrange();
      if (before) this.#grow(before);
    }
    show(this.#box, true);
    this.#frames.go();
  }

  arrange(): void {
    const tail = getComputedStyle(document.documentElement).getPropertyValue("--caption-tail").trim();
    this.#box.dataset["tail"] = tail || "right";
    this.#lineHeight = parseFloat(getComputedStyle(this.#text).lineHeight) || 1;
    this.#box.classList.toggle("one-line", this.#lines() <= 1);
    this.#line = -1;
    this.#text.toggleAttribute("data-rtl", getComputedStyle(this.#text).direction === "rtl");
    this.#glowAt.y = -1;
    this.#frames.go();
  }

  #goesOn(parts: Part[]): boolean {
    const known = [...this.#parts.keys()];
    return known.every((n, at) => parts[at]?.n === n);
  }

  #clear(): void {
    this.#turn = "";
    this.#words = [];
    this.#parts.clear();
    this.#read = -1;
    this.#line = -1;
    this.#text.replaceChildren();
    this.#sheet.style.transform = "";
    this.#glow.style.opacity = "0";
    this.#glowAt.y = -1;
    this.#growth?.cancel();
    this.#growth = null;
  }

  #add(word: TimedWord, text: string): void {
    const element = made("span", "", text);
    element.dataset["text"] = text;
    if (this.#words.length) this.#text.append(" ");
    this.#text.append(element);
    this.#words.push({ ...word, element });
  }

  #lines(): number {
    return Math.round(this.#text.offsetHeight / this.#lineHeight);
  }

  /** A bubble that is seen changes its size smoothly, from the side of its tail. */
  #grow(before: DOMRect): void {
    this.#growth?.cancel();
    const { offsetWidth: width, offsetHeight: height } = this.#bubble;
    if (isStill() || (Math.abs(width - before.width) < 1 && Math.abs(height - before.height) < 1)) return;
    const from = { width: `${before.width}px`, height: `${before.height}px` };
    this.#growth = this.#bubble.animate([from, { width: `${width}px`, height: `${height}px` }], { duration: GROW_MS, easing: "ease-in-out" });
  }

  #advance(ms: number): boolean {
    if (!this.#words.length) return false;
    const { word, progress, speaking } = sweep(this.#words, this.#parts, this.#now(), this.#read);
    this.#mark(word, progress);
    const glowing = this.#glowOver(word, speaking, ms);
    const waits = [...this.#parts.values()].some((part) => part.began_ms === null);
    const over = word === this.#words.length - 1 && progress >= 1;
    // what waits for its sound is told by a mark, and goes on from there
    return !(over || (waits && !speaking && this.#isSilent(word))) || glowing;
  }

  /** Everything up to `word` belongs to utterances that have begun, and the next one has not. */
  #isSilent(word: number): boolean {
    const next = this.#words[word + 1];
    return next !== undefined && this.#parts.get(next.n)?.began_ms === null;
  }

  #mark(word: number, progress: number): void {
    for (let at = Math.max(this.#read, 0); at < word; at += 1) this.#words[at]!.element.className = "read";
    const now = this.#words[word]?.element;
    if (now) {
      now.className = progress >= 1 ? "read" : "now";
      if (progress < 1) now.style.setProperty("--read", `${(progress * 100).toFixed(1)}%`);
      this.#scroll(now);
    }
    this.#read = word;
  }

  #scroll(now: HTMLElement): void {
    const height = this.#lineHeight;
    const line = Math.floor((now.offsetTop + now.offsetHeight / 2) / height);
    if (line === this.#line) return;
    this.#line = line;
    const first = Math.min(Math.max(line - LINES_BEFORE, 0), Math.max(this.#lines() - MOST_LINES, 0));
    this.#sheet.style.transform = first ? `translateY(${-first * height}px)` : "";
  }

  /** The box behind the word: along a line it glides, onto another it jumps. Whether it still moves. */
  #glowOver(word: number, speaking: boolean, ms: number): boolean {
    this.#glow.style.opacity = speaking ? "1" : "0";
    const element = this.#words[word]?.element;
    if (!element || !speaking) return false;
    const goal = { x: element.offsetLeft, y: element.offsetTop, w: element.offsetWidth, h: element.offsetHeight };
    const at = this.#glowAt;
    const part = goal.y !== at.y || isStill() ? 1 : 1 - Math.exp((-ms / 1000) * EASE_RATE);
    this.#glowAt = { x: at.x + (goal.x - at.x) * part, y: goal.y, w: at.w + (goal.w - at.w) * part, h: goal.h };
    this.#glow.style.transform = `translate(${this.#glowAt.x.toFixed(1)}px, ${goal.y}px)`;
    this.#glow.style.width = `${this.#glowAt.w.toFixed(1)}px`;
    this.#glow.style.height = `${goal.h}px`;
    return true;
  }
}
