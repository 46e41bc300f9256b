// The accounts at Twitch as the server tells them; asked again by itself, quickly while a log-in waits.
import { api, sentence } from "../../../api";
import { toasts } from "../../../parts";

export type Who = "broadcaster" | "bot";

export interface Account {
  account: Who;
  state: "none" | "good" | "offline" | "ended" | "other_client" | "vault";
  words: string;
  login: string;
  name: string;
  since_ms: number;
  checked_ms: number;
  missing: string[];
  granted: string[];
  same_as_other: boolean;
}

export interface Feature {
  feature: string;
  title: string;
  what: string;
  acts: boolean;
  on: boolean;
  permissions: { scope: string; words: string; account: Who; granted: boolean }[];
}

export interface LogIn {
  account: Who;
  step: "waiting" | "mix_up" | "done" | "expired" | "refused";
  user_code: string;
  page: string;
  expires_in_s: number;
  words: string;
  login: string;
  name: string;
  offline: boolean;
}

export interface Shown {
  client_id: string;
  has_secret: boolean;
  words: string;
  accounts: Account[];
  features: Feature[];
  fixed_by: string;
  log_in: LogIn | null;
}

export const TITLES: Record<Who, string> = { broadcaster: "Your account", bot: "Bot account" };
const SOON_MS = 2000;
const LATER_MS = 20_000;

class Accounts {
  shown = $state.raw<Shown | null>(null);
  /** Why nothing newer is known; empty while all is well. */
  trouble = $state("");
  /** What is being done, so that it is not done twice. */
  busy = $state("");
  #asked = 0;

  get logIn(): LogIn | null {
    return this.shown?.log_in ?? null;
  }

  account(who: Who): Account | undefined {
    return this.shown?.accounts.find((each) => each.account === who);
  }

  async load(signal?: AbortSignal): Promise<Shown> {
    const asked = ++this.#asked;
    const shown = await api.get<Shown>("twitch", signal ? { signal } : {});
    // an answer to an older question must not undo what was done since
    if (asked === this.#asked) this.shown = shown;
    this.trouble = "";
    return shown;
  }

  /** Asks again and again until the function that it returns is called. */
  follow(): () => void {
    let timer = 0;
    const again = (): void => {
      timer = window.setTimeout(() => void ask(), this.logIn?.step === "waiting" ? SOON_MS : LATER_MS);
    };
    const ask = async (): Promise<void> => {
      if (!document.hidden && !this.busy) await this.load().catch((error: unknown) => (this.trouble = sentence(error)));
      again();
    };
    again();
    return () => clearTimeout(timer);
  }

  /** Does something, shows what came of it, and says what went wrong. */
  async do(what: string, act: () => Promise<Shown>, done = ""): Promise<void> {
    if (this.busy) return;
    this.busy = what;
    this.#asked += 1;
    try {
      this.shown = await act();
      this.#asked += 1;
      if (done) toasts.done(done);
    } catch (error) {
      toasts.failed(sentence(error));
    } finally {
      this.busy = "";
    }
  }

  begin(account: Who): Promise<void> {
    return this.do(`log-in-${account}`, () => api.post<Shown>("twitch/log-in", { account }));
  }

  /** The browser leaves for Twitch and comes back. */
  async inBrowser(account: Who): Promise<void> {
    this.busy = "browser";
    try {
      location.assign((await api.post<{ url: string }>("twitch/log-in/browser", { account })).url);
    } catch (error) {
      toasts.failed(sentence(error));
      this.busy = "";
    }
  }

  putAway(): Promise<void> {
    return this.do("put-away", () => api.delete<Shown>("twitch/log-in"));
  }

  confirm(): Promise<void> {
    return this.do("confirm", () => api.post<Shown>("twitch/log-in/confirm"));
  }

  check(): Promise<void> {
    return this.do("check", () => api.post<Shown>("twitch/check"));
  }

  logOut(account: Who): Promise<void> {
    return this.do(`log-out-${account}`, () => api.delete<Shown>(`twitch/accounts/${account}`));
  }

  switch(feature: string, on: boolean): Promise<void> {
    return this.do(`switch-${feature}`, () => api.put<Shown>(`twitch/features/${feature}`, { on }));
  }
}

export const accounts = new Accounts();
