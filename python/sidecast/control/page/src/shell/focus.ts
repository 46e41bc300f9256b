// The place of who uses the keyboard: when what has the focus goes away, it moves to what stands next to it.

const USABLE = 'a[href], button:not(:disabled), input:not(:disabled), select:not(:disabled), textarea:not(:disabled), summary, [tabindex="0"]';
/** The same, whether or not it can be used just now: the order of a row's controls does not depend on that. */
const CONTROL = 'a[href], button, input, select, textarea, summary, [tabindex="0"]';
/** Within these, something stands next to something else. */
const AREA = "section, form, dialog, nav, main, [role=status]";
const MOST = 8;

interface Place {
  element: HTMLElement;
  /** From the inside out: a parent, and which of its children leads to the element. */
  way: [parent: Element, at: number][];
  view: string;
}

const isThere = (element: Element | undefined): element is HTMLElement => element?.isConnected === true && element.checkVisibility();
const isUsable = (element: Element | undefined): element is HTMLElement => isThere(element) && element.matches(USABLE);

function placeOf(element: HTMLElement): Place {
  const way: Place["way"] = [];
  let node: Element = element;
  while (node.parentElement && !node.matches(AREA)) {
    way.push([node.parentElement, [...node.parentElement.children].indexOf(node)]);
    node = node.parentElement;
  }
  return { element, way, view: location.hash };
}

function nextTo({ element, way }: Place): HTMLElement | undefined {
  if (isThere(element)) return element;
  let gone: Element = element;
  while (gone.parentElement && !gone.parentElement.isConnected) gone = gone.parentElement;
  // of the next row, the same control; -1: it was the row itself
  const nth = [...gone.querySelectorAll(CONTROL)].indexOf(element);
  for (const [parent, at] of way) {
    if (!parent.isConnected) continue;
    const rows = [...parent.children];
    for (const row of [...rows.slice(at), ...rows.slice(0, at).reverse()]) {
      const inside = [...row.querySelectorAll(CONTROL)];
      if (isUsable(inside[nth])) return inside[nth];
      const others = [row, ...inside].filter(isUsable);
      if (others.length) return others[Math.min(Math.max(nth, 0), others.length - 1)];
    }
  }
  return undefined;
}

/** Call it once. Whoever uses a pointer is left alone: what they do next does not depend on the focus. */
export function keepFocus(): void {
  const trail: Place[] = [];
  let byKeyboard = false;
  addEventListener("keydown", () => (byKeyboard = true), true);
  addEventListener("pointerdown", () => (byKeyboard = false), true);
  addEventListener("focusin", ({ target }) => {
    if (target instanceof HTMLElement) trail.push(placeOf(target));
    trail.splice(0, trail.length - MOST);
  });
  new MutationObserver(() => {
    const last = trail.at(-1);
    if (!byKeyboard || !last || document.activeElement !== document.body || isThere(last.element)) return;
    const here = trail.filter(({ view }) => view === location.hash);
    const next = here.reduceRight<HTMLElement | undefined>((found, place) => found ?? nextTo(place), undefined);
    (next ?? document.querySelector("main"))?.focus();
  }).observe(document.body, { childList: true, subtree: true });
}
