import { CornerDownRight, MousePointerClick, Pin } from "lucide-react";
import { type ReactNode, useContext, useState } from "react";
import { Link } from "wouter";
import { RunMomentContext } from "#client/hooks/useRunNow.ts";
import { useWholeValue } from "#client/hooks/useWholeValue.ts";
import type { StepState } from "#src/engine/state.ts";
import type { JsonValue } from "#src/json.ts";
import type { StepOutputs } from "#src/schemas/executionEvent.ts";
import type { GraphNode } from "#src/schemas/graph.ts";
import { isWrapped } from "#src/schemas/payload.ts";
import { Badge } from "../ui/Badge.tsx";
import { CopyButton } from "../ui/CopyButton.tsx";
import { EmptyState } from "../ui/EmptyState.tsx";
import { plural, showMoment } from "../ui/format.ts";
import { JsonMarks, JsonTree } from "../ui/JsonTree.tsx";
import { Tabs } from "../ui/Tabs.tsx";
import { ChildNote } from "../waits/ChildNote.tsx";
import { StepWait } from "../waits/StepWait.tsx";
import { LargeValue } from "./LargeValue.tsx";
import { ModelNote } from "./ModelNote.tsx";
import { StepErrorView } from "./StepErrorView.tsx";
import { StreamedText } from "./StreamedText.tsx";

export type StepTab = "output" | "input" | "log" | "error";

export interface StepViewProps {
  readonly executionId: string;
  /** Null: no step is selected. */
  readonly stepKey: string | null;
  /** Null with `stepKey`. */
  readonly step: StepState | null;
  readonly node: GraphNode | undefined;
  /** The run is over: a step that did not begin was not in it. */
  readonly over: boolean;
  /** Buttons at the end of the row of tabs: what can be done with the step. */
  readonly actions?: ReactNode;
}

/** What went into a step, what came out, what it said on the way, and why it failed. */
export function StepView({ executionId, stepKey, step, node, over, actions }: StepViewProps) {
  const [chosen, setChosen] = useState<StepTab | null>(null);
  const past = useContext(RunMomentContext) !== null;
  const whole = useWholeValue(executionId);
  if (step === null || stepKey === null) {
    return (
      <EmptyState icon={MousePointerClick} title="No step selected">
        Choose a step to see its input, output and log.
      </EmptyState>
    );
  }
  // Until the person chooses, the error of a failed step is what matters.
  const fitting: StepTab = step.error ? "error" : "output";
  const open = chosen === "error" && !step.error ? "output" : (chosen ?? fitting);
  const lines = step.log === "" ? 0 : step.log.trimEnd().split("\n").length;
  return (
    <Tabs
      label={node ? `Step ${node.name}` : "Step"}
      className="h-full"
      value={open}
      onChange={setChosen}
      tabs={[
        { value: "output", label: "Output" },
        { value: "input", label: "Input" },
        { value: "log", label: "Log", ...(lines > 0 ? { badge: <Badge>{lines}</Badge> } : {}) },
        ...(step.error
          ? [
              {
                value: "error" as const,
                label: "Error",
                ...(step.failures > 1
                  ? { badge: <Badge tone="danger">{plural(step.failures, "try", "tries")}</Badge> }
                  : {}),
              },
            ]
          : []),
      ]}
      aside={
        <div className="flex shrink-0 items-center gap-1">
          {actions}
          <CopyButton label={`Copy the ${open}`} text={() => copyText(step, open, whole)} />
        </div>
      }
    >
      <ReusedNote step={step} />
      {node?.agent === "workflow" && <ChildNote executionId={executionId} stepKey={stepKey} />}
      <ModelNote step={step} />
      {open === "output" && step.interrupt !== null && !over ? (
        <StepWait
          executionId={executionId}
          stepKey={stepKey}
          attempt={step.attempt}
          interrupt={step.interrupt}
          past={past}
        />
      ) : (
        <JsonMarks value={(reference) => <LargeValue executionId={executionId} reference={reference} />}>
          <StepTabContent step={step} tab={open} over={over} />
        </JsonMarks>
      )}
    </Tabs>
  );
}

/** Of a step whose work was done in another run. */
function ReusedNote({ step }: { readonly step: StepState }) {
  const { reusedFrom, pinned } = step.metadata ?? {};
  if (pinned === true) {
    return (
      <p className="flex items-center gap-1.5 border-b bg-warning-soft px-3 py-1.5 text-warning text-xs">
        <Pin aria-hidden size={12} className="shrink-0" />
        This output is pinned: the step did not run.
      </p>
    );
  }
  if (typeof reusedFrom !== "string") return null;
  return (
    <p className="flex items-center gap-1.5 border-b bg-sunken px-3 py-1.5 text-muted text-xs">
      <CornerDownRight aria-hidden size={12} className="shrink-0" />
      <span>
        Taken over from{" "}
        <Link href={`/runs/${reusedFrom}`} className="rounded-xs text-accent-text hover:underline">
          an earlier run
        </Link>
        : it did not run again and cost nothing.
      </span>
    </p>
  );
}

/** What is copied is whole, so large values in it are loaded for that. */
async function copyText(step: StepState, tab: StepTab, whole: ReturnType<typeof useWholeValue>): Promise<string> {
  const shown: Record<StepTab, JsonValue | null> = {
    output: step.outputs ?? step.text,
    input: step.inputs,
    log: step.log,
    error: step.error as JsonValue | null,
  };
  const value = tab === "output" || tab === "input" ? await whole(shown[tab]) : shown[tab];
  return typeof value === "string" ? value : JSON.stringify(value, null, 2);
}

interface StepTabContentProps {
  readonly step: StepState;
  readonly tab: StepTab;
  readonly over: boolean;
}

function StepTabContent({ step, tab, over }: StepTabContentProps) {
  switch (tab) {
    case "output":
      return <Output step={step} over={over} />;
    case "input":
      return <Ports values={step.inputs} empty="Nothing arrives at this step." />;
    case "log":
      return step.log === "" ? (
        <Nothing>This step wrote no log.</Nothing>
      ) : (
        <StreamedText text={step.log} streaming={step.status === "running"} mono className="h-full p-3" />
      );
    case "error":
      return (
        step.error && <StepErrorView error={step.error} retryAt={step.status === "waiting" ? null : step.retryAt} />
      );
  }
}

const skipWords: Record<NonNullable<StepState["skipReason"]>, string> = {
  disabled: "Skipped: the step is disabled.",
  no_live_input: "Skipped: no branch led here.",
  not_in_run: "Not part of this run: another step ran alone.",
};

const Nothing = ({ children }: { readonly children: string }) => (
  <p className="p-6 text-center text-faint">{children}</p>
);

function Output({ step, over }: { readonly step: StepState; readonly over: boolean }) {
  if (step.outputs) return <Ports values={step.outputs} empty="This step put nothing out." />;
  if (step.text !== "")
    return <StreamedText text={step.text} streaming={step.status === "running"} className="h-full p-3" />;
  switch (step.status) {
    case "pending":
      return <Nothing>{over ? "This step was not in this run." : "This step has not started yet."}</Nothing>;
    case "waiting":
      if (step.retryAt !== null) return <Nothing>Paused: it is tried again when the run goes on.</Nothing>;
      return <Nothing>{`Waiting since ${showMoment(step.startedAt ?? Date.now())} …`}</Nothing>;
    case "running":
      return <Nothing>{`Working since ${showMoment(step.startedAt ?? Date.now())} …`}</Nothing>;
    case "skipped":
      return <Nothing>{step.skipReason === null ? "Skipped." : skipWords[step.skipReason]}</Nothing>;
    case "cancelled":
      return <Nothing>Cancelled before it was done.</Nothing>;
    case "failed":
    case "succeeded":
      return <Nothing>This step put nothing out.</Nothing>;
  }
}

/** One block per port: text as text, everything else as a tree. */
function Ports({ values, empty }: { readonly values: StepOutputs | null; readonly empty: string }) {
  const entries = Object.entries((isWrapped(values) ? values.value : values) ?? {});
  if (entries.length === 0) return <Nothing>{empty}</Nothing>;
  return (
    <div className="flex flex-col gap-4 p-3">
      {entries.map(([port, value]) => (
        <section key={port} aria-label={port}>
          {entries.length > 1 && <h2 className="mb-1 font-medium text-faint text-xs">{port}</h2>}
          {typeof value === "string" ? <StreamedText text={value} streaming={false} /> : <JsonTree value={value} />}
        </section>
      ))}
    </div>
  );
}
