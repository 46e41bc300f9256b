// Whether things may move: the system's wish, or `--motion: 0` in a theme.

const REDUCED = matchMedia("(prefers-reduced-motion: reduce)");

/** Called when the wish or the theme may have changed. */
export function readMotion(): void {
  const still = REDUCED.matches || getComputedStyle(document.documentElement).getPropertyValue("--motion").trim() === "0";
  document.documentElement.classList.toggle("still", still);
}

export function isStill(): boolean {
  return document.documentElement.classList.contains("still");
}

REDUCED.addEventListener("change", readMotion);

/** Calls `step` with every drawn frame for as long as it says so; costs nothing otherwise. */
export class Frames {
  #step: (ms: number) => boolean;
  #waiting = 0;
  #before = 0;

  /** `step` gets the milliseconds since the frame before. */
  constructor(step: (ms: number) => boolean) {
    this.#step = step;
  }

  go(): void {
    if (this.#waiting) return;
    this.#before = performance.now();
    this.#waiting = requestAnimationFrame((now) => this.#draw(now));
  }

  #draw(now: number): void {
    this.#waiting = 0;
    const ms = Math.max(0, now - this.#before);
    this.#before = now;
    if (this.#step(ms)) this.#waiting = requestAnimationFrame((next) => this.#draw(next));
  }
}
