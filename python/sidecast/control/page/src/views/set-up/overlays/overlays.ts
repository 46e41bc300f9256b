// The overlays' pages and the links that open them.

export interface LinkSeen {
  id: string;
  prefix: string;
  name: string;
  by: string;
  created_ms: number;
  used_ms: number;
}

export interface LinkMade extends LinkSeen {
  token: string;
}

export const OVERLAYS = [
  { page: "caption", name: "Captions", shows: "What the co-host says, word by word as it is heard." },
  { page: "cards", name: "Cards", shows: "The message or event that it answers." },
  { page: "alerts", name: "Alerts", shows: "Follows, subs, gifts, cheers, raids and hype trains." },
  { page: "mood", name: "Mood", shows: "How the co-host feels, as a small sign." },
] as const;

/** For a browser source. What stands behind the “#” is sent nowhere. */
export function address(page: string, token: string): string {
  return `${location.origin}/overlay/${page}#token=${token}`;
}
