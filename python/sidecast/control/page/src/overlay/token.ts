// The link's token: taken out of the address as soon as the page runs, kept for reloads of this one page.

const KEPT = "sidecast-overlay-token";

/** The token that the address brings, else the one of before the reload, else an empty one. */
export function takeToken(): string {
  const given = new URLSearchParams(location.hash.slice(1)).get("token") ?? "";
  if (location.hash) history.replaceState(null, "", location.pathname);
  try {
    if (given) sessionStorage.setItem(KEPT, given);
    return given || (sessionStorage.getItem(KEPT) ?? "");
  } catch {
    // a browser that keeps nothing for us: it is asked for with every load
    return given;
  }
}
