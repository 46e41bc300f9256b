// OBS as the server tells it; asked again by itself.
import { api, sentence } from "../../../api";
import { toasts } from "../../../parts";

export interface Shown {
  used: boolean;
  connected: boolean;
  words: string;
  address: string;
  found: string;
  host: string;
  port: number;
  fixed_by: string;
  password: "vault" | "obs" | "none";
  obs: string;
  websocket: string;
  platform: string;
  lacks: string[];
  now: {
    scene: string;
    streaming: boolean;
    recording: boolean;
    paused: boolean;
    replay_buffer: boolean;
    streamer_speaks: boolean;
    playing: string[];
  };
  microphone: string;
  sound_words: string;
  ducked: string[];
  made: Made[];
}

export interface Made {
  part: string;
  name: string;
  scene: string;
}

export interface Sound {
  name: string;
  kind: string;
  microphone: boolean;
  ours: boolean;
}

/** What OBS has. */
export interface Stock {
  scenes: string[];
  sounds: Sound[];
}

export interface Step {
  words: string;
  done: boolean | null;
  trouble: string;
}

export interface Plan {
  steps: Step[];
  notes: string[];
  words: string;
}

export type Overlay = "caption" | "cards" | "alerts" | "mood";

export interface Wish {
  shown_in: string;
  voice: boolean;
  overlays: Overlay[];
}

const SOON_MS = 1500;

class Obs {
  shown = $state.raw<Shown | null>(null);
  /** Why nothing newer is known; empty while all is well. */
  trouble = $state("");
  /** What is being done, so that it is not done twice. */
  busy = $state("");
  #asked = 0;

  async load(signal?: AbortSignal): Promise<Shown> {
    const asked = ++this.#asked;
    const shown = await api.get<Shown>("obs", signal ? { signal } : {});
    // an answer to an older question must not undo what was done since
    if (asked === this.#asked) this.shown = shown;
    this.trouble = "";
    return shown;
  }

  /** Asks again and again until the function that it returns is called. */
  follow(): () => void {
    let timer = 0;
    let left = false;
    const again = (): void => {
      if (!left) timer = window.setTimeout(() => void ask(), SOON_MS);
    };
    const ask = async (): Promise<void> => {
      if (!document.hidden && !this.busy) await this.load().catch((error: unknown) => (this.trouble = sentence(error)));
      again();
    };
    again();
    return () => {
      left = true;
      clearTimeout(timer);
    };
  }

  /** Does something, one at a time; null when it went wrong, which is said. */
  async do<T>(what: string, act: () => Promise<T>): Promise<T | null> {
    if (this.busy) return null;
    this.busy = what;
    this.#asked += 1;
    try {
      return await act();
    } catch (error) {
      toasts.failed(sentence(error));
      return null;
    } finally {
      this.busy = "";
      this.#asked += 1;
    }
  }

  /** As `do`, for what answers with how it stands. */
  async become(what: string, act: () => Promise<Shown>): Promise<Shown | null> {
    const shown = await this.do(what, act);
    if (shown) this.shown = shown;
    return shown;
  }

  again(): Promise<Shown | null> {
    return this.become("try", () => api.post<Shown>("obs/connection/try"));
  }

  forget(): Promise<Shown | null> {
    return this.become("forget", () => api.delete<Shown>("obs/password"));
  }

  /** `steps`: as they were shown; when they are others by now, nothing is done. */
  async setUp(wish: Wish, steps: readonly Step[]): Promise<Plan | null> {
    const done = await this.do("set-up", () => api.post<Plan>("obs/set-up", { ...wish, steps: steps.map((step) => step.words) }));
    await this.load().catch((error: unknown) => (this.trouble = sentence(error)));
    return done;
  }

  async undo(): Promise<Plan | null> {
    const done = await this.do("undo", () => api.delete<Plan>("obs/set-up"));
    await this.load().catch((error: unknown) => (this.trouble = sentence(error)));
    return done;
  }
}

export const obs = new Obs();
