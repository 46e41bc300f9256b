// Doing something at Twitch: how things stand, and one way to have it done, with a note and a way back.
import { api, sentence } from "../api";
import { toasts } from "../parts";
import type { Acted, Hindrance, Now } from "./types";

/** Somebody whom something may be done to. */
export interface Whom {
  /** The platform's id of a message or event of theirs. */
  item?: string;
  /** Their own id. */
  viewer?: string;
  name: string;
  kind?: string;
  text?: string;
}

class Acting {
  now = $state.raw<Now | null>(null);
  /** Whom the dialog is about; null: it is closed. */
  about = $state.raw<Whom | null>(null);

  async load(signal?: AbortSignal): Promise<void> {
    try {
      this.now = await api.get<Now>("acting", signal ? { signal } : {});
    } catch {
      // what it stood like before is as good as anything that could be shown instead
    }
  }

  /** What has to be set up before this kind can be done; null: nothing; undefined: not known yet. */
  missing(kind: string): Hindrance | null | undefined {
    return this.now?.could.find((each) => each.kind === kind)?.missing;
  }

  wait(kind: string): number {
    return this.now?.could.find((each) => each.kind === kind)?.wait_s ?? 0;
  }

  /** Whether anything at all is set up. */
  get ready(): boolean {
    return this.now?.could.some((each) => each.missing === null) ?? false;
  }

  /** True when it was done. */
  async act(path: string, body: object, put = false): Promise<boolean> {
    try {
      const acted = await (put ? api.put<Acted>(`acting/${path}`, body) : api.post<Acted>(`acting/${path}`, body));
      if (acted.ending === "part") toasts.failed(acted.words);
      else toasts.done(acted.words, acted.undo ? () => this.undo(acted.id) : null);
      return true;
    } catch (error) {
      toasts.failed(sentence(error));
      return false;
    } finally {
      void this.load();
    }
  }

  async undo(id: string): Promise<void> {
    try {
      toasts.done((await api.post<Acted>(`acting/undo/${id}`)).words);
    } finally {
      void this.load();
    }
  }

  /** What would be sent, and what stands in its way. */
  dry(path: string, body: object, signal: AbortSignal, put = false): Promise<Acted> {
    const asked = { query: { dry: true }, signal };
    return put ? api.put<Acted>(`acting/${path}`, body, asked) : api.post<Acted>(`acting/${path}`, body, asked);
  }
}

export const acting = new Acting();
