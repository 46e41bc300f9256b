// The one WebSocket: frames in, orders out. Comes back by itself and goes on from the last frame it has.

const FIRST_RETRY_MS = 300;
const LONGEST_RETRY_MS = 5000;
const SILENT_MS = 7000; // the server sends at least every 2 s
const ORDER_MS = 3000;

export class Link {
  /** `on.frame(frame)`, `on.state("open" | "lost" | "locked")`. */
  constructor(store, on) {
    this.store = store;
    this.on = on;
    this.retryMs = FIRST_RETRY_MS;
    this.orders = new Map();
    this.numbers = 0;
    this.heardAt = 0;
    setInterval(() => this.watch(), 1000);
  }

  connect() {
    const where = new URL("/ws", location.href);
    where.protocol = "ws:";
    where.search = new URLSearchParams({ run: this.store.run, since: this.store.seq }).toString();
    this.socket = new WebSocket(where);
    this.heardAt = performance.now();
    this.socket.addEventListener("message", (event) => this.take(JSON.parse(event.data)));
    this.socket.addEventListener("close", () => this.lost());
  }

  /** Resolves with the milliseconds until the show had acted; rejects with why not. */
  order(name, on) {
    return this.ask({ order: name, on });
  }

  /** Reads another channel's chat; an empty name is the demo. Rejects with a sentence for a name that cannot be. */
  channel(name) {
    return this.ask({ channel: name });
  }

  ask(message) {
    return new Promise((resolve, reject) => {
      if (this.socket?.readyState !== WebSocket.OPEN) {
        reject(new Error("no connection to the show"));
        return;
      }
      const id = (this.numbers += 1);
      const timer = setTimeout(() => this.settle(id, () => reject(new Error("the show did not confirm it"))), ORDER_MS);
      this.orders.set(id, { resolve, reject, timer, at: performance.now() });
      this.socket.send(JSON.stringify({ ...message, id }));
    });
  }

  take(message) {
    this.heardAt = performance.now();
    if ("done" in message) this.settle(message.done, (order) => order.resolve(performance.now() - order.at));
    else if ("refused" in message) this.settle(message.refused, (order) => order.reject(new Error(message.why)));
    else {
      this.retryMs = FIRST_RETRY_MS;
      this.on.state("open");
      this.on.frame(message);
      this.socket.send(JSON.stringify({ seen: message.seq }));
    }
  }

  settle(id, how) {
    const order = this.orders.get(id);
    if (!order) return;
    clearTimeout(order.timer);
    this.orders.delete(id);
    how(order);
  }

  watch() {
    if (this.socket?.readyState === WebSocket.OPEN && performance.now() - this.heardAt > SILENT_MS) this.socket.close();
  }

  async lost() {
    for (const id of [...this.orders.keys()]) this.settle(id, (order) => order.reject(new Error("the connection was lost")));
    this.on.state("lost");
    if (await this.locked()) {
      this.on.state("locked");
      return;
    }
    setTimeout(() => this.connect(), this.retryMs * (0.75 + Math.random() / 2));
    this.retryMs = Math.min(this.retryMs * 1.7, LONGEST_RETRY_MS);
  }

  /** True when the show is there but does not know this page any more: it was started again. */
  async locked() {
    try {
      return (await fetch("/session")).status === 401;
    } catch {
      return false; // nobody there: it may come back
    }
  }
}
