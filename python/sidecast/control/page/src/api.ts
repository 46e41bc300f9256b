// The documented HTTP API, as the page uses it. Every failure becomes an ApiError that can be shown as it is.

const GIVE_UP_MS = 20_000;

/** What went wrong and what to do, in sentences for people. */
export class ApiError extends Error {
  /** `status` is 0 when no answer came. */
  readonly status: number;
  readonly what: string;
  readonly remedy: string;

  constructor(status: number, what: string, remedy = "") {
    super([what, remedy].filter(Boolean).join(" "));
    this.status = status;
    this.what = what;
    this.remedy = remedy;
  }
}

/** The sentence for whatever was thrown. */
export function sentence(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return /[.!?…”]$/.test(text) ? text : `${text}.`;
}

let csrf = "";
let strangers: () => void = () => {};

/** The token from `GET people/me`, sent with every change. */
export function setCsrf(token: string): void {
  csrf = token;
}

/** `tell` is called when the server no longer knows this browser. */
export function onStranger(tell: () => void): void {
  strangers = tell;
}

type Query = Record<string, string | number | boolean | null | undefined>;

interface Asked {
  /** Left out: null and undefined. */
  query?: Query;
  signal?: AbortSignal;
}

/** An address under `/api/v1/`: `url("analytics/streams", { limit: 20 })`. For links that download, too. */
export function url(path: string, query: Query = {}): string {
  const given = Object.entries(query).filter(([, value]) => value !== null && value !== undefined);
  const search = new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString();
  return `/api/v1/${path}${search ? `?${search}` : ""}`;
}

export const api = {
  get: <T>(path: string, asked: Asked = {}) => ask<T>("GET", path, undefined, asked),
  post: <T = void>(path: string, body: unknown = {}, asked: Asked = {}) => ask<T>("POST", path, body, asked),
  put: <T = void>(path: string, body: unknown, asked: Asked = {}) => ask<T>("PUT", path, body, asked),
  patch: <T = void>(path: string, body: unknown, asked: Asked = {}) => ask<T>("PATCH", path, body, asked),
  delete: <T = void>(path: string, asked: Asked = {}) => ask<T>("DELETE", path, undefined, asked),
};

async function ask<T>(method: string, path: string, body: unknown, { query, signal }: Asked): Promise<T> {
  const headers: Record<string, string> = { accept: "application/json" };
  if (method !== "GET") headers["x-sidecast-csrf"] = csrf;
  const raw = body instanceof Blob;
  if (body !== undefined) headers["content-type"] = raw ? "application/octet-stream" : "application/json";
  const late = AbortSignal.timeout(GIVE_UP_MS);
  let answer: Response;
  try {
    answer = await fetch(url(path, query), {
      method,
      headers,
      ...(body === undefined ? {} : { body: raw ? body : JSON.stringify(body) }),
      signal: signal ? AbortSignal.any([signal, late]) : late,
    });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new ApiError(0, late.aborted ? "The show did not answer in time." : "There is no connection to the show.", "Try it again.");
  }
  if (answer.ok) return (answer.status === 204 ? undefined : await content(answer)) as T;
  if (answer.status === 401) strangers();
  throw await refusal(answer);
}

async function content(answer: Response): Promise<unknown> {
  const kind = answer.headers.get("content-type") ?? "";
  return kind.includes("json") ? answer.json() : answer.text();
}

async function refusal(answer: Response): Promise<ApiError> {
  const said: unknown = await content(answer).catch(() => "");
  if (typeof said === "object" && said !== null) {
    const { what, remedy, detail } = said as Record<string, unknown>;
    if (typeof what === "string") return new ApiError(answer.status, what, typeof remedy === "string" ? remedy : "");
    if (typeof detail === "string") return new ApiError(answer.status, detail);
  }
  if (typeof said === "string" && said && said.length < 400 && !said.includes("<")) return new ApiError(answer.status, said);
  return new ApiError(answer.status, `The show answered with ${answer.status}.`, "Its log says why.");
}
