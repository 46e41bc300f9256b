// The overlay's WebSocket: its cells, and nothing up but confirmations. Comes back by itself, for ever, and says nothing of it.

const FIRST_RETRY_MS = 300;
const LONGEST_RETRY_MS = 5000;
const WITHDRAWN_RETRY_MS = 30_000;
const NOT_LET_IN = 4401;
const SILENT_MS = 7000; // the server sends at least every 2 s
const FORGET_MS = 1500; // a connection that is back sooner was never seen to be away
const SKEWS = 20;

export type Cell = Record<string, unknown> | null;

export interface Told {
  /** The cells that changed. */
  cells: (cells: Record<string, Cell>, run: string) => void;
  /** The show is away: nothing of it may stay on the stream. */
  away: () => void;
}

interface Frame {
  run: string;
  seq: number;
  at_ms: number;
  cells: Record<string, Cell>;
}

export class OverlayLink {
  #page: string;
  #token: () => string;
  #told: Told;
  #socket: WebSocket | null = null;
  #retryMs = FIRST_RETRY_MS;
  #retry = 0;
  #forget = 0;
  #heardAt = 0;
  #skews: number[] = [];

  constructor(page: string, token: () => string, told: Told) {
    this.#page = page;
    this.#token = token;
    this.#told = told;
    setInterval(() => this.#watch(), 1000);
  }

  /** Wall time of the show in milliseconds. A frame that took long looks like a clock that is behind, so the least late one counts. */
  now(): number {
    return Date.now() + (this.#skews.length ? Math.max(...this.#skews) : 0);
  }

  connect(): void {
    clearTimeout(this.#retry);
    if (!this.#token()) return;
    const where = new URL("/overlay/ws", location.href);
    where.protocol = location.protocol === "https:" ? "wss:" : "ws:";
    where.hash = "";
    const socket = new WebSocket(where);
    this.#socket?.close();
    this.#socket = socket;
    this.#heardAt = performance.now();
    socket.addEventListener("open", () => socket.send(JSON.stringify({ token: this.#token(), page: this.#page })));
    socket.addEventListener("message", (event: MessageEvent<string>) => socket === this.#socket && this.#take(JSON.parse(event.data) as Frame));
    socket.addEventListener("close", (event) => socket === this.#socket && this.#lost(event.code));
  }

  #take(frame: Frame): void {
    this.#heardAt = performance.now();
    this.#retryMs = FIRST_RETRY_MS;
    clearTimeout(this.#forget);
    this.#forget = 0;
    this.#skews.push(frame.at_ms - Date.now());
    if (this.#skews.length > SKEWS) this.#skews.shift();
    this.#socket?.send(JSON.stringify({ seen: frame.seq }));
    this.#told.cells(frame.cells, frame.run);
  }

  #watch(): void {
    if (this.#socket?.readyState !== WebSocket.OPEN || performance.now() - this.#heardAt <= SILENT_MS) return;
    // a close that nobody answers would take as long again
    this.#socket.close();
    this.#lost(0);
  }

  #lost(code: number): void {
    this.#socket = null;
    if (!this.#forget) {
      this.#forget = window.setTimeout(() => {
        this.#skews = [];
        this.#told.away();
      }, code === NOT_LET_IN ? 0 : FORGET_MS);
    }
    const ms = code === NOT_LET_IN ? WITHDRAWN_RETRY_MS : this.#retryMs;
    this.#retry = window.setTimeout(() => this.connect(), ms * (0.5 + Math.random()));
    this.#retryMs = Math.min(this.#retryMs * 1.7, LONGEST_RETRY_MS);
  }
}
