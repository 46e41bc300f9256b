// The page's named colours as a canvas needs them: worked out for the theme that is shown.
import type { Colour } from "./model";

let probe: HTMLElement | null = null;

export function colourOf(name: Colour | "ink" | "line" | "panel"): string {
  if (!probe) {
    probe = document.createElement("span");
    probe.hidden = true;
    document.body.append(probe);
  }
  probe.style.color = `var(--${name})`;
  return getComputedStyle(probe).color;
}

/** The same, see-through. */
export function thin(name: Colour | "line", part: number): string {
  const [red, green, blue] = colourOf(name).match(/[\d.]+/g) ?? ["0", "0", "0"];
  return `rgba(${red}, ${green}, ${blue}, ${part})`;
}
