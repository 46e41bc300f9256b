// Which word is being heard. Positions come from the stage's marks: a word whose utterance has not begun is never read.

export interface TimedWord {
  /** Number of its utterance. */
  n: number;
  /** Seconds from the utterance's first sample. */
  start: number;
  end: number;
}

export interface PartTimes {
  /** Wall time of the utterance's first sample; null while nothing of it was heard. */
  began_ms: number | null;
  /** Wall time at which it was silenced. */
  cut_ms: number | null;
}

export interface Swept {
  /** The word being heard, or the last one; -1 before the first. */
  word: number;
  /** How much of it, 0..1. */
  progress: number;
  /** It is being heard now; false in a pause. */
  speaking: boolean;
}

/** `from`: a word that was being heard earlier; those before it are not looked at again. */
export function sweep(words: readonly TimedWord[], parts: ReadonlyMap<number, PartTimes>, nowMs: number, from = 0): Swept {
  let word = -1;
  let progress = 0;
  for (let at = Math.max(0, from); at < words.length; at += 1) {
    const { n, start, end } = words[at]!;
    const part = parts.get(n);
    if (part?.began_ms == null) break;
    const heardS = (Math.min(nowMs, part.cut_ms ?? nowMs) - part.began_ms) / 1000;
    if (heardS < start) break;
    word = at;
    progress = heardS >= end ? 1 : (heardS - start) / Math.max(end - start, 1e-3);
    if (progress < 1) return { word, progress, speaking: part.cut_ms === null || nowMs < part.cut_ms };
  }
  return { word, progress, speaking: false };
}
