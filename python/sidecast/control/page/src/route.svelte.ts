// Where one is, from the address's hash: `#/set-up/people?of=x` is view `set-up`, rest `["people"]`, query `of`.

class Route {
  view = $state("on-air");
  rest = $state.raw<string[]>([]);
  query = $state.raw(new URLSearchParams());

  constructor() {
    this.#read();
    addEventListener("hashchange", () => this.#read());
  }

  #read(): void {
    const [path = "", query = ""] = location.hash.replace(/^#\/?/, "").split("?");
    const [view = "", ...rest] = path.split("/").map(decode).filter(Boolean);
    this.view = view || "on-air";
    this.rest = rest;
    this.query = new URLSearchParams(query);
  }
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return "";
  }
}

export const route = new Route();

/** `to("analytics", ["stream", id], { compare: other })` for an `href`. */
export function to(view: string, rest: string[] = [], query: Record<string, string> = {}): string {
  const search = new URLSearchParams(query).toString();
  return `#/${[view, ...rest].map(encodeURIComponent).join("/")}${search ? `?${search}` : ""}`;
}
