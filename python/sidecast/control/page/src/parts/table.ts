import type { Snippet } from "svelte";

export interface Column<R> {
  name: string;
  /** What stands in the cell, unless `cell` draws it. */
  of?: (row: R) => string | number;
  cell?: Snippet<[R]>;
  number?: boolean;
  /** The name is said, not shown. */
  unseen?: boolean;
}
