// The one WebSocket: frames in, orders out. Comes back by itself and goes on from the last frame it has.
import type { Store } from "./store.svelte";
import type { Frame } from "./types";

const FIRST_RETRY_MS = 300;
const LONGEST_RETRY_MS = 5000;
const SILENT_MS = 7000; // the server sends at least every 2 s
const ORDER_MS = 3000;

export interface Done {
  /** Until the show had acted. */
  ms: number;
  /** How it is done, where not as it was asked for. */
  note: string;
}

interface Ordered {
  resolve: (done: Done) => void;
  reject: (error: Error) => void;
  timer: number;
  at: number;
}

type Answer = { done: number; note?: string } | { refused: number; why: string } | Frame;

export class Link {
  #store: Store;
  #stranger: () => Promise<boolean>;
  #socket: WebSocket | null = null;
  #retryMs = FIRST_RETRY_MS;
  #retry = 0;
  #orders = new Map<number, Ordered>();
  #numbers = 0;
  #heardAt = 0;
  #ended = false;

  /** `stranger()` says whether the show is there but does not know this browser any more. */
  constructor(store: Store, stranger: () => Promise<boolean>) {
    this.#store = store;
    this.#stranger = stranger;
    setInterval(() => this.#watch(), 1000);
  }

  connect(): void {
    this.#ended = false;
    clearTimeout(this.#retry);
    const where = new URL("/ws", location.href);
    where.protocol = location.protocol === "https:" ? "wss:" : "ws:";
    where.search = new URLSearchParams({ run: this.#store.run, since: String(this.#store.seq) }).toString();
    const socket = new WebSocket(where);
    this.#socket = socket;
    this.#heardAt = performance.now();
    socket.addEventListener("message", (event: MessageEvent<string>) => this.#take(JSON.parse(event.data) as Answer));
    socket.addEventListener("close", () => socket === this.#socket && void this.#lost());
  }

  /** For a log-out: nothing is heard until `connect`. */
  end(): void {
    this.#ended = true;
    clearTimeout(this.#retry);
    this.#socket?.close();
  }

  /** Resolves once the show has acted; rejects with a sentence why not. */
  order(name: string, fields: Record<string, unknown> = {}): Promise<Done> {
    return this.#ask({ order: name, ...fields });
  }

  /** Reads another channel's chat; an empty name is the demo. */
  channel(name: string): Promise<Done> {
    return this.#ask({ channel: name });
  }

  #ask(message: Record<string, unknown>): Promise<Done> {
    return new Promise((resolve, reject) => {
      if (this.#socket?.readyState !== WebSocket.OPEN) {
        reject(new Error("There is no connection to the show."));
        return;
      }
      const id = (this.#numbers += 1);
      const timer = window.setTimeout(() => this.#settle(id, (order) => order.reject(new Error("The show did not confirm it."))), ORDER_MS);
      this.#orders.set(id, { resolve, reject, timer, at: performance.now() });
      this.#socket.send(JSON.stringify({ ...message, id }));
    });
  }

  #take(message: Answer): void {
    this.#heardAt = performance.now();
    if ("done" in message) this.#settle(message.done, (order) => order.resolve({ ms: performance.now() - order.at, note: message.note ?? "" }));
    else if ("refused" in message) this.#settle(message.refused, (order) => order.reject(new Error(message.why)));
    else {
      this.#retryMs = FIRST_RETRY_MS;
      this.#store.link = "open";
      this.#store.apply(message);
      this.#socket?.send(JSON.stringify({ seen: message.seq }));
    }
  }

  #settle(id: number, how: (order: Ordered) => void): void {
    const order = this.#orders.get(id);
    if (!order) return;
    clearTimeout(order.timer);
    this.#orders.delete(id);
    how(order);
  }

  #watch(): void {
    if (this.#socket?.readyState === WebSocket.OPEN && performance.now() - this.#heardAt > SILENT_MS) this.#socket.close();
  }

  async #lost(): Promise<void> {
    for (const id of [...this.#orders.keys()]) this.#settle(id, (order) => order.reject(new Error("The connection was lost.")));
    if (this.#ended) return;
    this.#store.link = "lost";
    if (await this.#stranger()) {
      this.#store.link = "locked";
      return;
    }
    this.#retry = window.setTimeout(() => this.connect(), this.#retryMs * (0.75 + Math.random() / 2));
    this.#retryMs = Math.min(this.#retryMs * 1.7, LONGEST_RETRY_MS);
  }
}
