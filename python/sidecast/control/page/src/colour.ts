// Viewers choose the colour of their names, black on black too: it is shifted until it reads well on our panels.

type Rgb = [number, number, number];

const HEX = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i;

/** A pair for CSS' `light-dark()`, or nothing for what is no colour. */
export function readable(colour: string | undefined): string | undefined {
  const match = HEX.exec(colour ?? "");
  if (!match) return undefined;
  const rgb = match.slice(1).map((part) => parseInt(part, 16)) as Rgb;
  return `light-dark(${css(until(rgb, 0, (light) => light <= 0.14))}, ${css(until(rgb, 255, (light) => light >= 0.3))})`;
}

function until(rgb: Rgb, towards: number, enough: (luminance: number) => boolean): Rgb {
  let found = rgb;
  for (let step = 0; step < 24 && !enough(luminance(found)); step += 1) {
    found = found.map((part) => part + (towards - part) * 0.12) as Rgb;
  }
  return found;
}

const css = (rgb: Rgb): string => `rgb(${rgb.map(Math.round).join(" ")})`;

/** Relative luminance, WCAG 2.2. */
function luminance(rgb: Rgb): number {
  const [r, g, b] = rgb.map((part) => (part / 255 <= 0.04045 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4)) as Rgb;
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
