import { useCallback, useDeferredValue, useEffect, useMemo, useState } from "react";
import { isEnded } from "#src/engine/state.ts";
import type { StepsProps } from "./steps.ts";
import { type OpenRows, rowsAround, type StepRow, stepRows } from "./stepTree.ts";

/** The rows of a list of steps with what is open in it, and the row that the keys are at. */
export function useStepRows({ graph, state, selected, onSelect }: StepsProps) {
  const [open, setOpen] = useState<OpenRows>(new Map());
  // An iteration and one of its steps may stand for the same step: which row it is, only this list knows.
  const [cursor, setCursor] = useState<string | null>(null);
  // Thousands of iterations may change many times a second: the rest of the page does not wait for their rows.
  const settled = useDeferredValue(state);
  const rows = useMemo(() => stepRows(graph, settled, open), [graph, settled, open]);
  // While a run goes on its steps pass by: none of them opens anything by itself.
  const over = isEnded(state);
  useEffect(() => {
    if (selected === null || !over) return;
    const around = rowsAround(graph, selected);
    if (around.length > 0) setOpen((before) => withOpen(before, around));
  }, [graph, selected, over]);

  const active = useMemo(() => {
    const at = rows.findIndex((row) => row.id === cursor && row.stepKey === selected);
    if (at >= 0 || selected === null) return at;
    // The row itself, or the innermost that is around it.
    const wanted = new Set([...rowsAround(graph, selected), selected]);
    return rows.findLastIndex(({ id }) => wanted.has(id));
  }, [rows, cursor, selected, graph]);
  const go = useCallback(
    (row: StepRow) => {
      setCursor(row.id);
      onSelect(row.stepKey);
    },
    [onSelect],
  );
  const toggle = useCallback((row: StepRow) => setOpen((before) => new Map(before).set(row.id, row.open !== true)), []);
  return { rows, active, go, toggle };
}

function withOpen(before: OpenRows, ids: readonly string[]): OpenRows {
  if (ids.every((id) => before.get(id) === true)) return before;
  return new Map([...before, ...ids.map((id) => [id, true] as const)]);
}
