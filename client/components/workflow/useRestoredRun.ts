import { useAtom, useSetAtom } from "jotai";
import { useCallback, useEffect, useRef, useState } from "react";
import { putAwayExecutionsAtom, runPanelAtom, shownExecutionAtom } from "#client/stores/editor.ts";
import { trpc } from "#client/trpc.ts";
import { isFinalExecution } from "#src/schemas/execution.ts";
import { useEditor } from "./EditorContext.ts";
import { sameShape } from "./sameShape.ts";

const mostPutAway = 50;

/**
 * After a reload or a visit to another page the latest run is on screen again, folded, once, if it ran the steps and connections that are drawn now
 * and nobody put it away. `latest`: the workflow's newest run; `restored`: the one that came back, null when none did.
 */
export function useRestoredRun(latest: string | null): {
  readonly restored: string | null;
  readonly putAway: () => void;
} {
  const { document } = useEditor();
  const [shown, show] = useAtom(shownExecutionAtom);
  const setPanel = useSetAtom(runPanelAtom);
  const [putAways, setPutAways] = useAtom(putAwayExecutionsAtom);
  const [restored, setRestored] = useState<string | null>(null);
  const decided = useRef(false);
  const wanted = shown === null && latest !== null && !putAways.includes(latest) ? latest : null;
  const detail = trpc.executions.get.useQuery(
    { id: wanted ?? "" },
    // The run's own page may have left it here as it was while it ran.
    { enabled: wanted !== null && !decided.current, staleTime: 0 },
  );
  useEffect(() => {
    // A run that was on screen in this visit was followed here; there is nothing to bring back.
    if (shown !== null) decided.current = true;
    if (decided.current || detail.isFetching || detail.data === undefined || detail.data.id !== wanted) return;
    decided.current = true;
    const { id, status, graph } = detail.data;
    if (!isFinalExecution(status) || !sameShape(graph, document.reader.read().graph)) return;
    setRestored(id);
    setPanel((before) => ({ ...before, open: false }));
    show(id);
  }, [detail.data, detail.isFetching, wanted, shown, document, setPanel, show]);
  const putAway = useCallback(() => {
    if (shown !== null) setPutAways((before) => [...before.filter((id) => id !== shown), shown].slice(-mostPutAway));
    show(null);
  }, [shown, setPutAways, show]);
  return { restored, putAway };
}
