import { useAtom } from "jotai";
import { ChartGantt, ChevronDown, ChevronUp, ExternalLink, List, X } from "lucide-react";
import { useState } from "react";
import { Link } from "wouter";
import { choiceOf, type IterationChoice, nodeOfStep, shownStep } from "#client/canvas/iterations.ts";
import { selectNodes } from "#client/canvas/selection.ts";
import { QueueBanner } from "#client/components/monitoring/QueueBanner.tsx";
import { RunSummary } from "#client/components/monitoring/RunSummary.tsx";
import { StepList } from "#client/components/monitoring/StepList.tsx";
import { StepTimeline } from "#client/components/monitoring/StepTimeline.tsx";
import { StepView } from "#client/components/monitoring/StepView.tsx";
import { notableStep } from "#client/components/monitoring/steps.ts";
import { IconButton } from "#client/components/ui/IconButton.tsx";
import { SegmentedControl } from "#client/components/ui/SegmentedControl.tsx";
import { useNarrow } from "#client/hooks/useNarrow.ts";
import { iterationsAtom, runPanelAtom, selectionAtom } from "#client/stores/editor.ts";
import { type ExecutionState, isEnded, stepOf } from "#src/engine/state.ts";
import type { Graph } from "#src/schemas/graph.ts";
import { useEditor, useGraph } from "./EditorContext.ts";
import { KeyHint } from "./KeyHint.tsx";
import { PanelHandle } from "./PanelHandle.tsx";
import { PinnedOutputs } from "./PinnedOutputs.tsx";
import { RunBudgetBanner } from "./RunBudgetBanner.tsx";
import { StepActions } from "./StepActions.tsx";
import type { WorkflowRuns } from "./useWorkflowRuns.ts";

/** The run on the canvas: steps at the left, the selected one at the right. Closed, one line. */
export function RunPanel({ runs }: { readonly runs: WorkflowRuns }) {
  const narrow = useNarrow();
  const [panel, setPanel] = useAtom(runPanelAtom);
  const { shown } = runs;
  const { state } = runs;
  if (shown === null || state === null) return null;
  const setOpen = (open: boolean) => setPanel((before) => ({ ...before, open }));
  const Chevron = panel.open ? ChevronDown : ChevronUp;
  return (
    <section
      aria-label="Run"
      data-run={state.status}
      className="relative z-20 flex shrink-0 flex-col border-t bg-surface"
      style={{ height: panel.open ? (narrow ? "62%" : panel.height) : 40 }}
    >
      {panel.open && !narrow && (
        <PanelHandle height={panel.height} onChange={(height) => setPanel((before) => ({ ...before, height }))} />
      )}
      <header className="flex h-10 shrink-0 items-center gap-2 border-b pr-1.5 pl-3">
        <RunSummary state={state} connection={runs.connection} />
        <KeyHint state={state} />
        <PinnedOutputs />
        <div className="ml-auto flex shrink-0 items-center gap-0.5">
          {panel.open && !narrow && (
            <SegmentedControl
              label="Show steps as"
              iconOnly
              value={panel.view}
              onChange={(view) => setPanel((before) => ({ ...before, view }))}
              options={[
                { value: "list", label: "List", icon: List },
                { value: "timeline", label: "Timeline", icon: ChartGantt },
              ]}
            />
          )}
          <Link
            href={`/runs/${shown}`}
            aria-label="Open this run's page"
            title="Open this run's page"
            className="flex size-8 items-center justify-center rounded-sm text-muted hover:bg-hover hover:text-text"
          >
            <ExternalLink aria-hidden size={15} strokeWidth={1.75} />
          </Link>
          <IconButton
            icon={Chevron}
            label={panel.open ? "Fold the run panel" : "Open the run panel"}
            tooltipSide="top"
            aria-expanded={panel.open}
            onClick={() => setOpen(!panel.open)}
          />
          {!runs.running && <IconButton icon={X} label="Put the run away" tooltipSide="top" onClick={runs.putAway} />}
        </div>
      </header>
      {panel.open && <QueueBanner executionId={shown} state={state} />}
      {panel.open && <RunBudgetBanner executionId={shown} state={state} />}
      {panel.open && <Steps executionId={shown} state={state} view={panel.view} />}
    </section>
  );
}

interface StepsProps {
  readonly executionId: string;
  readonly state: ExecutionState;
  readonly view: "list" | "timeline";
}

function Steps({ executionId, state, view }: StepsProps) {
  const { canvas } = useEditor();
  const graph = useGraph();
  const narrow = useNarrow();
  const [selection, setSelection] = useAtom(selectionAtom);
  const [chosen, setChosen] = useState<string | null>(null);
  const onlyNode = selection.nodes.size === 1 ? [...selection.nodes][0] : undefined;
  const [choice, setChoice] = useAtom(iterationsAtom);
  const nodeId = graph.nodes.some((node) => node.id === onlyNode) ? onlyNode : undefined;
  const selected = nodeId === undefined ? null : selectedStep({ graph, state, choice }, nodeId, chosen);
  const shown = selected ?? notableStep(graph, state);
  const onSelect = (stepKey: string) => {
    setChosen(stepKey);
    setChoice((before) => choiceOf(graph, stepKey, before));
    setSelection(selectNodes([nodeOfStep(stepKey)]));
    canvas.current?.reveal([nodeOfStep(stepKey)]);
  };
  const list = { graph, state, selected: shown, onSelect };
  return (
    <div className="flex min-h-0 flex-1 flex-col md:flex-row">
      <div
        className={
          view === "timeline"
            ? "min-h-0 min-w-0 basis-1/2 border-b md:border-r md:border-b-0"
            : "max-h-40 shrink-0 border-b md:max-h-none md:w-72 md:border-r md:border-b-0"
        }
      >
        {view === "timeline" && !narrow ? <StepTimeline {...list} /> : <StepList {...list} />}
      </div>
      <div className="min-h-0 min-w-0 flex-1">
        <StepView
          key={shown}
          executionId={executionId}
          stepKey={shown}
          step={shown === null ? null : stepOf(state, shown)}
          node={graph.nodes.find((node) => shown !== null && node.id === nodeOfStep(shown))}
          over={isEnded(state)}
          actions={shown !== null && isEnded(state) && <StepActions stepKey={shown} />}
        />
      </div>
    </div>
  );
}

interface OnScreen {
  readonly graph: Graph;
  readonly state: ExecutionState;
  readonly choice: IterationChoice;
}

/** The canvas decides which node; of its iterations, the one chosen in the list or on the frame. */
function selectedStep({ graph, state, choice }: OnScreen, nodeId: string, chosen: string | null): string {
  if (chosen !== null && nodeOfStep(chosen) === nodeId) {
    const wanted = choiceOf(graph, chosen, choice);
    if ([...wanted].every(([id, iteration]) => choice.get(id) === iteration)) return chosen;
  }
  return shownStep(graph, state.steps, { nodeId, choice });
}
