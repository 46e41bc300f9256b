// The policy in force, as this page knows it: loaded anew when the show says that there is another version.
import { api, sentence } from "../../api";
import { store } from "../../live";
import { toasts } from "../../parts";
import type { Change, Policy } from "./types";

class PolicyInForce {
  now = $state.raw<Policy | null>(null);
  error = $state.raw<unknown>(null);
  busy = $state(false);

  /** Call inside an effect of a component: loads at once, and at every new version. */
  follow(): void {
    const version = store.cell("moderation")?.policy;
    if (this.now && version === this.now.version) return;
    void this.load();
  }

  async load(): Promise<void> {
    try {
      this.now = await api.get<Policy>("moderation/policy");
      this.error = null;
    } catch (error) {
      this.error = error;
    }
  }

  /** Puts a change in force and offers the way back. False when it was refused; the toast has said why. */
  async change(change: Change, done: string): Promise<boolean> {
    const before = this.now?.version;
    this.busy = true;
    try {
      this.now = await api.patch<Policy>("moderation/policy", change);
      if (this.now.version === before) toasts.done("That is how it was already.");
      else toasts.done(done, () => this.restore(before ?? 1));
      return true;
    } catch (error) {
      toasts.failed(sentence(error));
      return false;
    } finally {
      this.busy = false;
    }
  }

  async restore(number: number): Promise<void> {
    this.now = await api.post<Policy>("moderation/policy/restore", { number });
  }
}

export const policy = new PolicyInForce();
