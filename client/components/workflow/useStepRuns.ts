import { useAtomValue, useSetAtom } from "jotai";
import { useMemo } from "react";
import { toast } from "#client/components/ui/Toast.tsx";
import { useMay } from "#client/hooks/useSession.ts";
import { useWholeValue } from "#client/hooks/useWholeValue.ts";
import { editorOverlayAtom, runPanelAtom, shownExecutionAtom } from "#client/stores/editor.ts";
import { readError, trpc } from "#client/trpc.ts";
import type { ExecutionId } from "#src/ids.ts";
import type { StepOutputs } from "#src/schemas/executionEvent.ts";
import { useEditor } from "./EditorContext.ts";
import { useLatestExecution, useLatestExecutionId } from "./LatestExecution.ts";

/** How long a run waits for the last edits to be saved: it runs what the server has. */
const saveMs = 5_000;

export interface StepRuns {
  readonly mayRun: boolean;
  readonly mayPin: boolean;
  /** Runs the step alone, with what it got in the last run; asks for it when nobody knows. */
  readonly runStep: (nodeId: string) => void;
  /** Runs the step alone with what it got in that execution. */
  readonly runAsIn: (executionId: string, nodeId: string) => void;
  /** Runs the step alone with these inputs. */
  readonly runWith: (nodeId: string, inputs: StepOutputs) => void;
  /** Asks what goes into the step, then runs it. */
  readonly askFor: (nodeId: string) => void;
  /** Runs the step and all after it, on the results that the last run has of the rest. */
  readonly runFrom: (nodeId: string) => void;
  readonly pins: ReadonlyMap<string, StepOutputs>;
  /** What the last run has of the step, to be pinned; null when it has nothing. */
  readonly outputsOf: (nodeId: string) => StepOutputs | null;
  readonly pin: (nodeId: string, outputs: StepOutputs) => void;
  readonly unpin: (nodeId: string) => void;
}

/** Trying out single steps of the open workflow. What starts comes on screen. */
export function useStepRuns(): StepRuns {
  const { workflowId, document } = useEditor();
  const latest = useLatestExecution();
  const setOverlay = useSetAtom(editorOverlayAtom);
  const mayRun = useMay("operator");
  const mayPin = useMay("editor");
  const { start } = useStarting(() => document.settled(saveMs));
  const last = useLastExecution(workflowId);
  const whole = useWholeValue(useLatestExecutionId());
  const utils = trpc.useUtils();
  const pinned = trpc.pins.list.useQuery({ workflowId });
  const pins = useMemo(
    () => new Map<string, StepOutputs>(pinned.data?.items.map(({ nodeId, outputs }) => [nodeId, outputs])),
    [pinned.data],
  );
  const runStep = trpc.pins.runStep.useMutation();
  const fork = trpc.executions.fork.useMutation();
  const changed = {
    onError: (error: unknown) => toast.error("The pin was not changed", { description: readError(error).message }),
    onSettled: () => void utils.pins.list.invalidate({ workflowId }),
  };
  const set = trpc.pins.set.useMutation(changed);
  const remove = trpc.pins.remove.useMutation(changed);
  const askFor = (nodeId: string) => setOverlay({ kind: "runStep", nodeId });
  return {
    mayRun,
    mayPin,
    askFor,
    runStep(nodeId) {
      const sources = document.reader.read().graph.edges.flatMap((edge) => (edge.target === nodeId ? edge.source : []));
      const isKnown = latest?.steps[nodeId]?.inputs || sources.every((id) => pins.has(id));
      if (!isKnown) askFor(nodeId);
      else void start(() => runStep.mutateAsync({ workflowId, nodeId }));
    },
    runAsIn: (executionId, nodeId) =>
      void start(() => runStep.mutateAsync({ workflowId, nodeId, executionId: executionId as ExecutionId })),
    runWith: (nodeId, inputs) => void start(() => runStep.mutateAsync({ workflowId, nodeId, inputs })),
    runFrom(nodeId) {
      if (last === null) toast.error("There is no run to go on from", { description: "Run the workflow once first." });
      else void start(() => fork.mutateAsync({ id: last, stepKey: nodeId, useCurrentGraph: true }));
    },
    pins,
    outputsOf: (nodeId) => latest?.steps[nodeId]?.outputs ?? null,
    // Every pin is whole: the run that it comes from may be gone some day.
    pin: (nodeId, outputs) =>
      void whole(outputs).then(
        (value) => set.mutate({ workflowId, nodeId, outputs: value as StepOutputs }),
        changed.onError,
      ),
    unpin: (nodeId) => remove.mutate({ workflowId, nodeId }),
  };
}

/** The run on screen, otherwise the workflow's last. */
function useLastExecution(workflowId: string): string | null {
  const shown = useAtomValue(shownExecutionAtom);
  // Not kept once the editor is left: the newest run then is another one.
  const list = trpc.executions.list.useQuery(
    { workflowId, limit: 1 },
    { staleTime: Number.POSITIVE_INFINITY, gcTime: 0 },
  );
  return shown ?? list.data?.items[0]?.id ?? null;
}

/** Starts something once the edits are saved, and shows it. */
function useStarting(settled: () => Promise<boolean>) {
  const show = useSetAtom(shownExecutionAtom);
  const setPanel = useSetAtom(runPanelAtom);
  return {
    async start(begin: () => Promise<{ executionId: string }>): Promise<void> {
      try {
        if (!(await settled())) {
          toast.error("Your last edits are not saved yet.", { description: "The run would not have them. Try again." });
          return;
        }
        const { executionId } = await begin();
        show(executionId);
        setPanel((before) => ({ ...before, open: true }));
      } catch (error) {
        toast.error("The run did not start.", { description: readError(error).message });
      }
    },
  };
}
