// The rules as the server tells them, and their tests.
import { api, sentence } from "../../../api";
import { toasts } from "../../../parts";

export interface Rule {
  name: string;
  on: boolean;
  when: string;
  conditions: string[];
  then: string[];
  pauses: string;
  note: string;
  running: boolean;
  runs: number;
  last_ms: number;
  troubles: string[];
  passed: Record<string, number>;
}

export interface Rules {
  file: string;
  held: boolean;
  words: string;
  rules: Rule[];
  revision: string;
}

export type Outcome = "done" | "part" | "refused" | "cut" | "dropped";

export interface Run {
  rule: string;
  at_ms: number;
  outcome: Outcome;
  trigger: string;
  words: string;
  steps: number;
  done: number;
  took_ms: number;
  tested: boolean;
}

export interface Test {
  dry: boolean;
  outcome: Outcome | null;
  words: string;
  acts: { words: string; done: boolean | null; troubles: string[] }[];
}

export interface Would {
  rule: string;
  at_ms: number;
  trigger: string;
  why_not: string;
}

/** Why a rule did not run although it was set off. */
const WHY_NOT: Record<string, string> = {
  cooldown: "it had run just before",
  too_often: "it had run too often",
  running: "it was still running",
  dropped: "too many runs waited",
  obs: "OBS was not connected",
  scene: "another scene was on",
  streaming: "of the stream",
  recording: "of the recording",
  mood: "of the mood",
  time: "of the time",
  who: "of who caused it",
  amount: "of the amount",
  storm: "of a storm",
  speaks: "somebody spoke, or nobody did",
  chance: "chance did not want it",
};

export const whyNot = (reason: string): string => WHY_NOT[reason] ?? reason.replaceAll("_", " ");

interface Said {
  word: string;
  tone: "plain" | "good" | "warn" | "bad";
}

export const OUTCOMES: Record<Outcome, Said> = {
  done: { word: "done", tone: "good" },
  part: { word: "done in part", tone: "warn" },
  refused: { word: "not done", tone: "bad" },
  cut: { word: "ended early", tone: "warn" },
  dropped: { word: "left out", tone: "warn" },
};

export function saidOf(test: Test): Said {
  if (test.dry) return { word: "dry run: nothing was changed", tone: "plain" };
  return test.outcome ? OUTCOMES[test.outcome] : { word: "goes on", tone: "good" };
}

/** A sentence as a part of another one. */
export function phrase(text: string): string {
  const bare = text.replace(/\.$/, "");
  const isName = /^\p{Lu}{2}/u.test(bare);
  return isName ? bare : bare.charAt(0).toLowerCase() + bare.slice(1);
}

const LATER_MS = 5000;
const SHOWN = 30;

class Book {
  shown = $state.raw<Rules | null>(null);
  runs = $state.raw<Run[]>([]);
  /** What the last test of a rule found, by its name. */
  tested = $state.raw<Record<string, Test>>({});
  busy = $state("");
  trouble = $state("");

  async load(signal?: AbortSignal): Promise<Rules> {
    const asked = signal ? { signal } : {};
    const [rules, runs] = await Promise.all([
      api.get<Rules>("obs/rules", asked),
      api.get<Run[]>("obs/runs", { ...asked, query: { limit: SHOWN } }),
    ]);
    this.shown = rules;
    this.runs = runs;
    this.trouble = "";
    return rules;
  }

  follow(): () => void {
    const ask = (): void => {
      if (!document.hidden && !this.busy) void this.load().catch((error: unknown) => (this.trouble = sentence(error)));
    };
    const timer = setInterval(ask, LATER_MS);
    return () => clearInterval(timer);
  }

  async switch(rule: Rule, on: boolean): Promise<void> {
    await this.#do(`switch-${rule.name}`, async () => {
      this.shown = await api.put<Rules>(`obs/rules/${encodeURIComponent(rule.name)}`, { on });
      toasts.done(`“${rule.name}” is ${on ? "on" : "off"}.`);
    });
  }

  async test(rule: Rule, dry: boolean): Promise<void> {
    await this.#do(`${dry ? "dry" : "test"}-${rule.name}`, async () => {
      const run = await api.post<Test>(`obs/rules/${encodeURIComponent(rule.name)}/test`, {}, { query: { dry } });
      this.tested = { ...this.tested, [rule.name]: run };
      if (!dry) await this.load();
    });
  }

  putAway(rule: Rule): void {
    this.tested = Object.fromEntries(Object.entries(this.tested).filter(([name]) => name !== rule.name));
  }

  async #do(what: string, act: () => Promise<void>): Promise<void> {
    if (this.busy) return;
    this.busy = what;
    try {
      await act();
    } catch (error) {
      toasts.failed(sentence(error));
      // a switch that was pressed shows what holds
      await this.load().catch(() => undefined);
    } finally {
      this.busy = "";
    }
  }
}

export const rules = new Book();
