// All settings, loaded once for the sections that show them, and changed through one door.
import { api } from "../../../api";

export type Value = boolean | number | string | string[] | null;

export interface Setting {
  key: string;
  title: string;
  description: string;
  kind: "switch" | "integer" | "number" | "choice" | "text" | "list" | "path";
  value: Value;
  in_use: Value;
  default: Value;
  unit: string;
  minimum: number | null;
  maximum: number | null;
  longest: number | null;
  choices: string[];
  source: "default" | "file" | "environment" | "command line" | "moderation";
  fixed_by: string;
  by_hand: boolean;
  live: boolean;
}

interface Shown {
  settings: Setting[];
  revision: string;
  file: string;
}

export interface Changed {
  at_once: string[];
  after_restart: string[];
  revision: string;
}

export interface Tried {
  ok: boolean;
  what: string;
  remedy: string;
  ms: number | null;
}

class Book {
  all = $state.raw<readonly Setting[]>([]);
  file = $state("");
  #revision = "";

  async load(signal?: AbortSignal): Promise<readonly Setting[]> {
    const shown = await api.get<Shown>("settings", signal ? { signal } : {});
    this.all = shown.settings;
    this.file = shown.file;
    this.#revision = shown.revision;
    return this.all;
  }

  /** Throws an ApiError whose sentence says which is wrong; then nothing is changed. */
  async change(changes: Record<string, Value>): Promise<Changed> {
    const changed = await api.patch<Changed>("settings", { changes, revision: this.#revision });
    await this.load();
    return changed;
  }

  /** Those with these keys, in this order. A key ending in `.` stands for all that begin with it. */
  some(keys: readonly string[]): Setting[] {
    return keys.flatMap((key) => this.all.filter((setting) => setting.key === key || (key.endsWith(".") && setting.key.startsWith(key))));
  }

  /** Titles of settings that hold after a restart only, and wait for one. */
  get waiting(): string[] {
    return this.all.filter((setting) => !same(setting.value, setting.in_use)).map((setting) => setting.title);
  }
}

export const book = new Book();

/** What was typed and is not saved yet. */
export class Drafts {
  #typed = $state.raw<Record<string, Value>>({});

  of(setting: Setting): Value {
    return this.#typed[setting.key] ?? setting.value;
  }

  set(setting: Setting, value: Value): void {
    this.#typed = { ...this.#typed, [setting.key]: value };
  }

  clear(): void {
    this.#typed = {};
  }

  /** Of these settings, what would be another. */
  changes(settings: readonly Setting[]): Record<string, Value> {
    const wanted = settings.map((each) => [each, meant(each, this.of(each))] as const);
    return Object.fromEntries(wanted.filter(([each, value]) => !same(value, each.value)).map(([each, value]) => [each.key, value]));
  }

  /** Null when nothing is. Throws as `book.change`. */
  async save(settings: readonly Setting[]): Promise<Changed | null> {
    const changes = this.changes(settings);
    if (!Object.keys(changes).length) return null;
    const changed = await book.change(changes);
    this.clear();
    return changed;
  }
}

export const same = (one: Value, other: Value): boolean => JSON.stringify(one) === JSON.stringify(other);

/** What was typed means; what is no number stays text, so that the server can say so. */
export function meant(setting: Setting, text: Value): Value {
  if (typeof text !== "string") return text;
  if (setting.kind === "list") return text.split(/[\n,]/).map((part) => part.trim()).filter(Boolean);
  if (setting.kind !== "integer" && setting.kind !== "number") return text;
  const value = Number(text.replace(",", "."));
  return text.trim() && Number.isFinite(value) ? value : text;
}

export function shownText(value: Value): string {
  return Array.isArray(value) ? value.join("\n") : String(value ?? "");
}
