// What the overlays are made of. Viewer text is only ever text.

export interface View {
  /** What the show says of it; null takes it away, `{ at_once: true }` without fading and with its words. */
  take: (cell: Record<string, unknown> | null, run: string) => void;
  /** The theme or the size of the page has changed. */
  arrange?: () => void;
}

export const isGone = (cell: Record<string, unknown> | null): boolean => !cell || "at_once" in cell;

export function made<K extends keyof HTMLElementTagNameMap>(tag: K, classes = "", text = ""): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  if (classes) element.className = classes;
  if (text) element.textContent = text;
  return element;
}

const SVG = "http://www.w3.org/2000/svg";

/** A drawing of paths, each with its attributes. */
export function drawn(box: string, paths: Record<string, string>[], classes = ""): SVGSVGElement {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", box);
  svg.setAttribute("aria-hidden", "true");
  if (classes) svg.setAttribute("class", classes);
  for (const attributes of paths) {
    const path = document.createElementNS(SVG, "path");
    for (const [name, value] of Object.entries(attributes)) path.setAttribute(name, value);
    svg.append(path);
  }
  return svg;
}

/** Shows it (with its entrance, if it is not seen yet) or lets it leave. The stylesheet says how. */
export function show(element: HTMLElement, on: boolean): void {
  element.classList.toggle("shown", on);
}

/** Away in this very frame. */
export function vanish(element: HTMLElement): void {
  element.classList.add("gone");
  element.classList.remove("shown");
  void element.offsetWidth;
  element.classList.remove("gone");
}
