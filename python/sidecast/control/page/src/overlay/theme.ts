// The custom CSS of an OBS browser source. OBS adds it to the page as an element of its own, which the page's policy does not let
// count (it allows no inline style and no data: address, so that no foreign text can ever become one); this takes it over.

const DATA = /^data:text\/css[^,]*?(;base64)?,(.*)$/is;

/** Takes over every style that is added after the page's own; `changed` is called after each. */
export function adoptThemes(changed: () => void): void {
  const take = (node: Node): void => {
    const css = cssOf(node);
    if (css === null) return;
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
    changed();
  };
  new MutationObserver((changes) => changes.forEach(({ addedNodes }) => addedNodes.forEach(take))).observe(document.head, { childList: true });
  document.head.childNodes.forEach(take);
}

/** Null for what is no style, or is one of the page's own. */
export function cssOf(node: Node): string | null {
  if (node instanceof HTMLStyleElement) return node.textContent;
  if (!(node instanceof HTMLLinkElement) || node.rel !== "stylesheet") return null;
  const match = DATA.exec(node.getAttribute("href") ?? "");
  if (!match) return null;
  const text = decodeURIComponent(match[2] ?? "");
  return match[1] ? new TextDecoder().decode(Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0))) : text;
}
