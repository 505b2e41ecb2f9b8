import type { KeyboardEvent } from "react";
import type { StepRow } from "./stepTree.ts";

interface Walking {
  readonly rows: readonly StepRow[];
  /** Index of the row that the keys start from; -1 for none. */
  readonly active: number;
  readonly go: (row: StepRow) => void;
  readonly toggle: (row: StepRow) => void;
}

/** Arrows, Home and End walk a list of steps; right opens what belongs to a row, left closes it or goes to what it belongs to. */
export function stepKeys({ rows, active, go, toggle }: Walking) {
  return (event: KeyboardEvent<HTMLElement>) => {
    const row = rows[active];
    const last = rows.length - 1;
    const to: Readonly<Record<string, number>> = { ArrowDown: active + 1, ArrowUp: active - 1, Home: 0, End: last };
    const wanted = to[event.key];
    if (wanted !== undefined) {
      const next = rows[Math.max(0, Math.min(last, wanted))];
      if (next !== undefined) go(next);
    } else if (row !== undefined && event.key === "ArrowRight") {
      if (row.open === false) toggle(row);
    } else if (row !== undefined && event.key === "ArrowLeft") {
      const around = rows.slice(0, active).findLast(({ depth }) => depth < row.depth);
      if (row.open === true) toggle(row);
      else if (around !== undefined) go(around);
    } else return;
    event.preventDefault();
  };
}
