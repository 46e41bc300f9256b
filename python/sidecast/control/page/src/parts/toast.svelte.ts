// Short notes at the edge: what was done, with a way back; what failed, until it is closed.

export interface Toast {
  id: number;
  text: string;
  bad: boolean;
  undo: (() => unknown) | null;
}

const MS = 5000;
const WITH_UNDO_MS = 10_000;
const MOST = 4;

class Toasts {
  all = $state.raw<Toast[]>([]);
  #numbers = 0;

  /** Says what was done; `undo` takes it back and may fail. */
  done(text: string, undo: (() => unknown) | null = null): void {
    this.#add({ text, bad: false, undo }, undo ? WITH_UNDO_MS : MS);
  }

  /** Says what failed; stays until it is closed. */
  failed(text: string): void {
    this.#add({ text, bad: true, undo: null }, 0);
  }

  close(id: number): void {
    this.all = this.all.filter((toast) => toast.id !== id);
  }

  #add(toast: Omit<Toast, "id">, ms: number): void {
    const id = (this.#numbers += 1);
    this.all = [...this.all, { ...toast, id }].slice(-MOST);
    if (ms) setTimeout(() => this.close(id), ms);
  }
}

export const toasts = new Toasts();
