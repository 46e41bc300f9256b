// Builds nodes. Text only ever becomes text: there is no way from here to markup.

/** `el("p", {class: "muted", title: "…"}, "text", node, null)`; null and false children are left out. */
export function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === false || value === undefined) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? "" : String(value));
  }
  put(node, ...children);
  return node;
}

/** Replaces what is inside `node`. */
export function put(node, ...children) {
  node.replaceChildren(...children.flat().filter((child) => child !== null && child !== false && child !== undefined));
}

export const byId = (id) => document.getElementById(id);

/** Keeps a list's nodes in step with `[key, view]` pairs, touching only what changed. */
export class KeyedList {
  constructor(parent, build) {
    this.parent = parent;
    this.build = build;
    this.rows = new Map();
  }

  /** `entries` in the order in which they are shown. */
  show(entries) {
    const wanted = new Set(entries.map(([key]) => key));
    for (const [key, row] of this.rows) {
      if (!wanted.has(key)) {
        row.node.remove();
        this.rows.delete(key);
      }
    }
    let after = null;
    for (const [key, view] of entries) {
      let row = this.rows.get(key);
      if (!row || row.view !== view) {
        const node = this.build(view, row?.node);
        row?.node.replaceWith(node);
        row = { view, node };
        this.rows.set(key, row);
      }
      const place = after ? after.nextSibling : this.parent.firstChild;
      if (place !== row.node) this.parent.insertBefore(row.node, place);
      after = row.node;
    }
  }

  clear() {
    this.rows.clear();
    this.parent.replaceChildren();
  }
}

const times = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });

export function clockTime(ms) {
  const at = new Date(ms);
  return el("time", { datetime: at.toISOString(), title: at.toLocaleString() }, times.format(at));
}

/** A viewer's colour, lightened until it reads well on the panels; their platform lets them choose black. */
export function readable(colour) {
  const match = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(colour || "");
  if (!match) return "";
  let rgb = match.slice(1).map((part) => parseInt(part, 16));
  for (let step = 0; step < 20 && luminance(rgb) < 0.3; step += 1) rgb = rgb.map((part) => part + (255 - part) * 0.12);
  return `rgb(${rgb.map(Math.round).join(" ")})`;
}

/** Relative luminance, WCAG 2.2. */
function luminance(rgb) {
  const [r, g, b] = rgb.map((part) => (part / 255 <= 0.04045 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
