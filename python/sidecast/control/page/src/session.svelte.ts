// Who sits at this page and what they may do.
import { ApiError, api, onStranger, setCsrf } from "./api";

export type Permission = "watch" | "analyse" | "direct" | "moderate" | "viewers" | "configure" | "members" | "keep";

export interface Me {
  id: string;
  name: string;
  role: string | null;
  permissions: Permission[];
  csrf: string;
}

type Standing = "asking" | "inside" | "stranger" | "unreachable";

class Session {
  me = $state.raw<Me | null>(null);
  standing = $state<Standing>("asking");

  may(permission: Permission): boolean {
    return this.me?.permissions.includes(permission) ?? false;
  }

  /** Asks anew; called at the start and after a log-in. */
  async load(): Promise<void> {
    try {
      this.me = await api.get<Me>("people/me");
      setCsrf(this.me.csrf);
      this.standing = "inside";
    } catch (error) {
      if (error instanceof ApiError && error.status === 404 && (await fetch("/session")).status === 204) {
        // until people/me is there
        this.me = { id: "member:local", name: "Owner", role: "owner", permissions: ["watch", "analyse", "direct", "moderate", "viewers", "configure", "members", "keep"], csrf: "" };
        this.standing = "inside";
        return;
      }
      this.me = null;
      this.standing = error instanceof ApiError && [401, 404].includes(error.status) ? "stranger" : "unreachable";
    }
  }

  async leave(): Promise<void> {
    await api.post("people/leave");
    this.forget();
  }

  forget(): void {
    this.me = null;
    this.standing = "stranger";
  }
}

export const session = new Session();
onStranger(() => {
  if (session.standing === "inside") session.forget();
});

/** Whether the server still knows this browser; true when it cannot be asked, for it may come back. */
export async function knownHere(): Promise<boolean> {
  try {
    await api.get("people/me");
    return true;
  } catch (error) {
    return !(error instanceof ApiError && error.status === 401);
  }
}
