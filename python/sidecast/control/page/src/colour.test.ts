import { expect, it } from "vitest";
import { readable } from "./colour";

const PANELS = { light: [255, 253, 250], dark: [42, 32, 72] };

function luminance(rgb: number[]): number {
  const [r, g, b] = rgb.map((part) => (part / 255 <= 0.04045 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4)) as [number, number, number];
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

const contrast = (a: number[], b: number[]): number => {
  const [dark, light] = [luminance(a), luminance(b)].sort((x, y) => x - y) as [number, number];
  return (light + 0.05) / (dark + 0.05);
};

it.each(["#000000", "#ffffff", "#0000FF", "#ff0000", "#00ff00", "#DAA520", "#808080", "#150f22", "#fffdfa"])("%s can be read on both panels", (colour) => {
  const pairs = [...readable(colour)!.matchAll(/rgb\((\d+) (\d+) (\d+)\)/g)].map((match) => match.slice(1).map(Number));
  expect(pairs).toHaveLength(2);
  expect(contrast(pairs[0]!, PANELS.light)).toBeGreaterThanOrEqual(4.5);
  expect(contrast(pairs[1]!, PANELS.dark)).toBeGreaterThanOrEqual(4.5);
});

it.each(["", undefined, "red", "#12", "#1234567", "url(x)", "#12345g", "var(--ink)"])("%s is no colour of a viewer's", (colour) => {
  expect(readable(colour)).toBeUndefined();
});
