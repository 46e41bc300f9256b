/** DESIGN's promise: 95 of 100 answers are heard within this, when the host is free to speak. */
export const AUDIBLE_BUDGET_MS = 250;
