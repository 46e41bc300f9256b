// What the show makes of a draft, asked a moment after the last key.
import { api, sentence } from "../../api";

const WAIT_MS = 400;

/** `of()` is what to ask with; null when there is nothing to ask. Call it at a component's start. */
export function typed<T>(path: string, of: () => object | null): { now: T | null; error: string } {
  let now = $state.raw<T | null>(null);
  let error = $state("");
  $effect(() => {
    const asked = of();
    error = "";
    if (!asked) {
      now = null;
      return;
    }
    const leaving = new AbortController();
    const timer = setTimeout(async () => {
      try {
        now = await api.post<T>(path, asked, { signal: leaving.signal });
      } catch (thrown) {
        if (leaving.signal.aborted) return;
        now = null;
        error = sentence(thrown);
      }
    }, WAIT_MS);
    return () => {
      clearTimeout(timer);
      leaving.abort();
    };
  });
  return {
    get now() {
      return now;
    },
    get error() {
      return error;
    },
  };
}
