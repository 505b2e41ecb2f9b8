import { useAtom, useSetAtom } from "jotai";
import { useCallback, useEffect, useRef, useState } from "react";
import { allIterations, choiceOf, nodeOfStep } from "#client/canvas/iterations.ts";
import { createNodeRuns } from "#client/canvas/nodeRuns.ts";
import { selectNodes } from "#client/canvas/selection.ts";
import { toast } from "#client/components/ui/Toast.tsx";
import { useExecution, type WatchedExecution } from "#client/hooks/useExecution.ts";
import { iterationsAtom, runPanelAtom, selectionAtom, shownExecutionAtom } from "#client/stores/editor.ts";
import { readError, trpc } from "#client/trpc.ts";
import { isEnded } from "#src/engine/state.ts";
import type { JsonValue } from "#src/json.ts";
import { type ExecutionSummary, isFinalExecution } from "#src/schemas/execution.ts";
import { useEditor, useGraph } from "./EditorContext.ts";
import { useRestoredRun } from "./useRestoredRun.ts";

/** How long a run waits for the last edits to be saved: it runs what the server has. */
const saveMs = 5_000;

export interface WorkflowRuns extends WatchedExecution {
  /** The execution on screen; null when there is none or it was put away. */
  readonly shown: string | null;
  /** The one that is watched: that, otherwise the workflow's latest. */
  readonly watchedId: string | null;
  readonly running: boolean;
  readonly starting: boolean;
  readonly start: (input: JsonValue | undefined) => Promise<boolean>;
  readonly stop: () => void;
  /** Takes the run off the screen, in this browser for good. */
  readonly putAway: () => void;
}

/** Runs of this workflow, one's own and everybody's: the newest is on the canvas while it runs and after. */
export function useWorkflowRuns(): WorkflowRuns {
  const { workflowId, document } = useEditor();
  const [shown, show] = useAtom(shownExecutionAtom);
  const [latest, setLatest] = useState<string | null>(null);
  const setPanel = useSetAtom(runPanelAtom);
  const [saving, setSaving] = useState(false);
  const watched = useExecution(shown ?? latest);
  const { restored, putAway } = useRestoredRun(latest);
  const running = shown !== null && (watched.state === null ? shown !== restored : !isEnded(watched.state));
  useFollowedRuns(workflowId, { running, show, setLatest });
  useStatusesOnCanvas(shown, watched, restored);

  const execute = trpc.workflows.execute.useMutation();
  const cancel = trpc.executions.cancel.useMutation({
    onError: (error) => toast.error("The run was not stopped.", { description: readError(error).message }),
  });
  const start = useCallback(
    async (input: JsonValue | undefined) => {
      setSaving(true);
      const saved = await document.settled(saveMs);
      setSaving(false);
      if (!saved) {
        toast.error("Your last edits are not saved yet.", {
          description: "The run would not have them. Try again in a moment.",
        });
        return false;
      }
      try {
        const { executionId } = await execute.mutateAsync({
          id: workflowId,
          ...(input === undefined ? {} : { input }),
        });
        show(executionId);
        setPanel((before) => ({ ...before, open: true }));
        return true;
      } catch (error) {
        toast.error("The run did not start.", { description: readError(error).message });
        return false;
      }
    },
    [document, execute.mutateAsync, workflowId, show, setPanel],
  );
  return {
    ...watched,
    watchedId: shown ?? latest,
    shown,
    running,
    starting: saving || execute.isPending,
    start,
    stop: () => shown !== null && cancel.mutate({ id: shown }),
    putAway,
  };
}

/** The run on screen, as those who follow runs see it. */
interface RunOnScreen {
  readonly running: boolean;
  readonly show: (id: string) => void;
  readonly setLatest: (id: string) => void;
}

/** A run that somebody starts comes on screen, unless one is running there already. */
function useFollowedRuns(workflowId: string, { running, show, setLatest }: RunOnScreen): void {
  // Asked once a visit: after that the subscription tells. What an earlier visit heard is old by now.
  const list = trpc.executions.list.useQuery(
    { workflowId, limit: 1 },
    { staleTime: Number.POSITIVE_INFINITY, gcTime: 0 },
  );
  const newest = list.data?.items[0];
  const seen = useRef<Pick<ExecutionSummary, "id" | "createdAt"> | null>(null);
  useEffect(() => {
    if (newest === undefined) return;
    seen.current ??= newest;
    setLatest(newest.id);
    if (!isFinalExecution(newest.status)) show(newest.id);
  }, [newest, setLatest, show]);
  trpc.executions.watchWorkflow.useSubscription(
    { workflowId },
    {
      onData(execution) {
        // A short run may be over before its first word arrives; an older one that ends late is nobody's news.
        const known = seen.current;
        if (known !== null && (execution.id === known.id || execution.createdAt < known.createdAt)) return;
        seen.current = execution;
        if (!running) show(execution.id);
      },
    },
  );
}

const noRuns = { nodes: new Map(), frames: new Map() };

/** Statuses go to the cards; a failure brings its node into view, once, and not when the run is `restored`. */
function useStatusesOnCanvas(shown: string | null, { state }: WatchedExecution, restored: string | null): void {
  const { keyed, canvas, document } = useEditor();
  const graph = useGraph();
  const [choice, setChoice] = useAtom(iterationsAtom);
  const select = useSetAtom(selectionAtom);
  const [runsOf] = useState(createNodeRuns);
  const shownFailure = useRef<string | null>(null);
  useEffect(() => {
    const on = shown !== null && state !== null;
    const runs = on ? runsOf({ graph, steps: state.steps, choice, over: isEnded(state) }) : noRuns;
    keyed.runs.replace(runs.nodes);
    keyed.iterations.replace(runs.frames);
  }, [shown, state, graph, choice, keyed, runsOf]);
  // Another run has other iterations.
  // biome-ignore lint/correctness/useExhaustiveDependencies: it is the change of the run that counts
  useEffect(() => setChoice(allIterations), [shown, setChoice]);

  const failed = shown === null ? null : (state?.failedStep ?? null);
  useEffect(() => {
    if (failed === null || shownFailure.current === shown || shown === restored) return;
    shownFailure.current = shown;
    const nodeId = nodeOfStep(failed);
    setChoice((before) => choiceOf(document.reader.read().graph, failed, before));
    select(selectNodes([nodeId]));
    canvas.current?.reveal([nodeId]);
  }, [failed, shown, restored, select, setChoice, document, canvas]);
}
