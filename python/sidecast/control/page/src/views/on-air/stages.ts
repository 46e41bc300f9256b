import type { Budget, Line } from "../../live/types";

export interface Stage {
  name: string;
  ms: number;
  /** What it may take. */
  goal: number;
  /** Place in the budget, which has its colour. */
  index: number;
}

/** A line's stages in their order; for a turn that had to wait, without the wait. */
export function stagesOf(line: Line, budget: Budget): Stage[] {
  return budget.stages.flatMap(([name, goal], index) => {
    const ms = line.stage_ms[name];
    return ms === undefined || (name === "chosen" && !line.was_free) ? [] : [{ name, ms, goal, index }];
  });
}
