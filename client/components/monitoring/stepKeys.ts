import type { KeyboardEvent } from "react";
import type { StepRow } from "./steps.ts";

/** Arrows, Home and End walk a list of steps; the focus goes along. */
export function stepKeys(rows: readonly StepRow[], selected: string | null, onSelect: (stepKey: string) => void) {
  return (event: KeyboardEvent<HTMLElement>) => {
    const at = rows.findIndex((row) => row.stepKey === selected);
    const to: Readonly<Record<string, number>> = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: rows.length - 1 };
    const wanted = to[event.key];
    const row = wanted === undefined ? undefined : rows[Math.max(0, Math.min(rows.length - 1, wanted))];
    if (!row) return;
    event.preventDefault();
    onSelect(row.stepKey);
    event.currentTarget.querySelector<HTMLElement>(`[data-step="${CSS.escape(row.stepKey)}"]`)?.focus();
  };
}
