// Who sits at this page and what they may do.
import { api, onStranger, setCsrf } from "./api";
import type { Ways } from "./views/log-in/ways";

export type Permission = "watch" | "analyse" | "direct" | "moderate" | "viewers" | "act" | "configure" | "members" | "keep";

export interface Me {
  id: string;
  name: string;
  role: string | null;
  permissions: Permission[];
  csrf: string;
  /** False until the first owner has chosen a name. */
  named: boolean;
  passphrase: boolean;
  oidc: boolean;
  /** The Twitch log-in that is linked; empty for none. */
  twitch: string;
}

type Standing = "asking" | "inside" | "stranger" | "unreachable";

const AGAIN_MS = 2_000;

class Session {
  #again = 0;
  me = $state.raw<Me | null>(null);
  standing = $state<Standing>("asking");
  /** Why one is outside again. */
  why = $state("");

  may(permission: Permission): boolean {
    return this.me?.permissions.includes(permission) ?? false;
  }

  /** Asks anew; called at the start and after a log-in. Goes on asking while no answer comes. */
  async load(): Promise<void> {
    clearTimeout(this.#again);
    try {
      const me = await whoever();
      if (me) this.is(me);
      else this.forget(this.why);
    } catch {
      this.me = null;
      this.standing = "unreachable";
      this.#again = setTimeout(() => void this.load(), AGAIN_MS);
    }
  }

  is(me: Me): void {
    this.me = me;
    setCsrf(me.csrf);
    this.standing = "inside";
    this.why = "";
  }

  async leave(): Promise<void> {
    await api.post("people/log-out");
    this.forget("You are logged out.");
  }

  forget(why: string): void {
    this.me = null;
    this.why = why;
    this.standing = "stranger";
  }
}

export const session = new Session();

function outside(): void {
  if (session.standing === "inside") session.forget("The show does not know this page any more: you were logged out, or it was started anew.");
}

onStranger(outside);

/** Null for a stranger: a question that only members may ask would leave an error in the browser's console. */
async function whoever(): Promise<Me | null> {
  return (await api.get<Ways>("people/log-in")).me;
}

/** Whether the server still knows this browser; true when it cannot be asked, for it may come back. */
export async function knownHere(): Promise<boolean> {
  try {
    if (await whoever()) return true;
    outside();
    return false;
  } catch {
    return true;
  }
}
