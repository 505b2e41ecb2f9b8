import { useEffect, useState } from "react";
import { ExecutionCanvas } from "#client/canvas/ExecutionCanvas.tsx";
import { BudgetBanner } from "#client/components/monitoring/BudgetBanner.tsx";
import { ExecutionSteps } from "#client/components/monitoring/ExecutionSteps.tsx";
import { HeldUpBanner } from "#client/components/monitoring/HeldUpBanner.tsx";
import { QueueBanner } from "#client/components/monitoring/QueueBanner.tsx";
import { RunSummary } from "#client/components/monitoring/RunSummary.tsx";
import { Scrubber } from "#client/components/monitoring/Scrubber.tsx";
import { notableStep } from "#client/components/monitoring/steps.ts";
import { type Scrub, useScrubber } from "#client/components/monitoring/useScrubber.ts";
import { PageHeader } from "#client/components/shell/PageHeader.tsx";
import { ButtonLink } from "#client/components/ui/Button.tsx";
import { ErrorState } from "#client/components/ui/ErrorState.tsx";
import { SegmentedControl } from "#client/components/ui/SegmentedControl.tsx";
import { SkeletonRows } from "#client/components/ui/Skeleton.tsx";
import { useExecution } from "#client/hooks/useExecution.ts";
import { useMediaQuery } from "#client/hooks/useMediaQuery.ts";
import { RunMomentContext } from "#client/hooks/useRunNow.ts";
import { readError, trpc } from "#client/trpc.ts";
import { type ExecutionState, isEnded } from "#src/engine/state.ts";
import { type ExecutionDetail, isFinalExecution } from "#src/schemas/execution.ts";
import { ExecutionActions } from "./ExecutionActions.tsx";
import { ExecutionFacts } from "./ExecutionFacts.tsx";
import { ForkButton } from "./ForkButton.tsx";
import { stateOfDetail } from "./stateOfDetail.ts";

/** One run: the canvas of its version with statuses, its steps, and what went in and out of them. */
export function ExecutionPage({ executionId }: { readonly executionId: string }) {
  const detail = trpc.executions.get.useQuery({ id: executionId });
  const { state, connection } = useExecution(executionId);
  const ended = state !== null && isEnded(state);
  const { refetch } = detail;
  useEffect(() => {
    if (ended) void refetch();
  }, [ended, refetch]);
  if (detail.isPending) {
    return (
      <>
        <PageHeader title="Run" parent={{ label: "Runs", href: "/runs" }} />
        <SkeletonRows label="Loading the run" />
      </>
    );
  }
  if (detail.isError) {
    const error = readError(detail.error);
    return (
      <>
        <PageHeader title="Run" parent={{ label: "Runs", href: "/runs" }} />
        <ErrorState
          title={error.code === "not_found" ? "There is no such run" : "The run could not be loaded"}
          onRetry={() => void detail.refetch()}
          retrying={detail.isFetching}
          actions={<ButtonLink href="/runs">All runs</ButtonLink>}
          requestId={error.requestId}
        >
          {error.code === "not_found"
            ? "There never was one under this address, or the retention rule has removed it."
            : error.message}
        </ErrorState>
      </>
    );
  }
  // Of one that has ended and cannot be read whole, the row knows the end and the events do not.
  const { heldUp, status } = detail.data;
  if (heldUp !== null && isFinalExecution(status)) {
    // The scrubber goes as far as can be read.
    const known = { ...stateOfDetail(detail.data), lastSeq: state?.lastSeq ?? 0 };
    return <LoadedExecution detail={detail.data} state={known} connection="idle" />;
  }
  return <LoadedExecution detail={detail.data} state={state ?? stateOfDetail(detail.data)} connection={connection} />;
}

interface LoadedExecutionProps {
  readonly detail: ExecutionDetail;
  readonly state: ExecutionState;
  readonly connection: ReturnType<typeof useExecution>["connection"];
}

function LoadedExecution({ detail, state, connection }: LoadedExecutionProps) {
  const scrub = useScrubber(detail.id, state);
  return (
    <RunMomentContext value={scrub.event?.at ?? null}>
      <PageHeader
        title={detail.workflowName}
        parent={{ label: "Runs", href: "/runs" }}
        aside={
          <div className="ml-2 hidden min-w-0 md:block">
            <RunSummary state={scrub.state ?? state} connection={connection} version={detail.versionNumber} />
          </div>
        }
        actions={<ExecutionActions detail={detail} state={state} />}
      />
      <ExecutionBody detail={detail} state={scrub.state ?? state} scrub={scrub} />
    </RunMomentContext>
  );
}

const narrowViews = [
  { value: "steps", label: "Steps" },
  { value: "canvas", label: "Canvas" },
] as const;
type NarrowView = (typeof narrowViews)[number]["value"];

interface ExecutionBodyProps {
  readonly detail: ExecutionDetail;
  /** As it is, or as it was at the event that is looked at. */
  readonly state: ExecutionState;
  readonly scrub: Scrub;
}

function ExecutionBody({ detail, state, scrub }: ExecutionBodyProps) {
  const [chosen, setChosen] = useState<string | null>(null);
  const [narrow, setNarrow] = useState<NarrowView>("steps");
  const isWide = useMediaQuery("(min-width: 768px)");
  // Until somebody chooses, what is happening (or went wrong) is open.
  const selected = chosen ?? notableStep(detail.graph, state);
  // The canvas moves to what is selected: it stays still while steps pass by, and goes to the one that failed.
  const onCanvas = chosen ?? state.failedStep;
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <div className="flex h-12 shrink-0 items-center justify-between gap-3 border-b px-4 md:hidden">
        <RunSummary state={state} connection="idle" />
        <SegmentedControl label="Show" value={narrow} onChange={setNarrow} options={narrowViews} />
      </div>
      <ExecutionFacts detail={detail} state={state} />
      <HeldUpBanner heldUp={detail.heldUp} status={detail.status} />
      <QueueBanner executionId={detail.id} state={state} />
      <BudgetBanner executionId={detail.id} state={state} graph={detail.graph} />
      {scrub.length > 1 && <Scrubber scrub={scrub} nameOf={(stepKey) => nameOfStep(detail, stepKey)} />}
      {(isWide || narrow === "canvas") && (
        <section aria-label="Workflow of this run" className="relative min-h-0 flex-1 bg-canvas">
          <ExecutionCanvas graph={detail.graph} steps={state.steps} selected={onCanvas} onSelect={setChosen} />
        </section>
      )}
      {(isWide || narrow === "steps") && (
        <div className="min-h-0 flex-1 md:h-[44%] md:flex-none md:border-t">
          <ExecutionSteps
            executionId={detail.id}
            graph={detail.graph}
            state={state}
            selected={selected}
            onSelect={setChosen}
            actions={(stepKey) => <ForkButton detail={detail} stepKey={stepKey} />}
          />
        </div>
      )}
    </div>
  );
}

const nameOfStep = ({ graph }: ExecutionDetail, stepKey: string): string =>
  graph.nodes.find(({ id }) => id === stepKey.split("/", 1)[0])?.name ?? stepKey;
