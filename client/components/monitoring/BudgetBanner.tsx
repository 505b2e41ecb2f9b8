import { Wallet } from "lucide-react";
import { type ComponentProps, type ReactNode, useContext, useState } from "react";
import { RunMomentContext } from "#client/hooks/useRunNow.ts";
import { useMay } from "#client/hooks/useSession.ts";
import { spentBy } from "#src/engine/budgets.ts";
import type { ExecutionState } from "#src/engine/state.ts";
import { assertNever } from "#src/errors.ts";
import type { Budget, Graph } from "#src/schemas/graph.ts";
import { Button, ButtonLink } from "../ui/Button.tsx";
import { showMoment } from "../ui/format.ts";
import { type BudgetLine, budgetLines, type HeldStep, heldSteps, lineWords } from "./budgetWords.ts";
import { RaiseBudgetDialog } from "./RaiseBudgetDialog.tsx";

export interface BudgetBannerProps {
  readonly executionId: string;
  readonly state: ExecutionState;
  /** As the execution has it; null when that could not be loaded. */
  readonly graph: Graph | null;
}

/** Why an execution has paused that used up what it may use, and how it goes on. Nothing for any other. */
export function BudgetBanner({ executionId, state, graph }: BudgetBannerProps) {
  if (state.status !== "waiting" || state.waiting === null) return null;
  const { reason, wakeAt } = state.waiting;
  switch (reason) {
    case "interrupt":
      return null;
    case "budget":
      return (
        <RunBanner executionId={executionId} state={state} limits={state.budget ?? graph?.settings.budget ?? null} />
      );
    case "step_budget":
      return <StepBanners executionId={executionId} held={graph === null ? [] : heldSteps(graph, state)} />;
    case "day_budget":
    case "workflow_day_budget":
      return <DayBanner whose={reason === "day_budget" ? "workspace" : "workflow"} wakeAt={wakeAt} />;
    default:
      return assertNever(reason);
  }
}

/** Steps of a for-each may all be held: each that goes on makes room for the next. */
const mostShown = 3;

interface StepBannersProps {
  readonly executionId: string;
  readonly held: readonly HeldStep[];
}

function StepBanners({ executionId, held }: StepBannersProps) {
  if (held.length === 0) return <VagueBanner executionId={executionId} title="Paused: a step has used its budget" />;
  return held
    .slice(0, mostShown)
    .map((step) => <StepBanner key={step.stepKey} executionId={executionId} step={step} />);
}

/** When it is not known here how much may be used: the run's page knows. */
const VagueBanner = ({ executionId, title }: { readonly executionId: string; readonly title: string }) => (
  <Banner
    title={title}
    action={
      <ButtonLink size="sm" href={`/runs/${executionId}`}>
        Open the run
      </ButtonLink>
    }
  >
    <span>Nothing is lost; it goes on when the limit is raised.</span>
  </Banner>
);

interface RunBannerProps {
  readonly executionId: string;
  readonly state: ExecutionState;
  readonly limits: Budget | null;
}

function RunBanner({ executionId, state, limits }: RunBannerProps) {
  const title = "Paused: this run has used its budget";
  if (limits === null) return <VagueBanner executionId={executionId} title={title} />;
  const spent = spentBy(state, state.waiting?.since ?? 0);
  const lines = budgetLines(limits, spent);
  const reached = lines.filter((line) => line.isReached);
  return (
    <Banner title={title} action={<RaiseButton executionId={executionId} step={null} budget={limits} spent={spent} />}>
      <Lines lines={reached.length > 0 ? reached : lines} />
      <span>Nothing is lost; it goes on when the limit is raised.</span>
    </Banner>
  );
}

function StepBanner({ executionId, step }: { readonly executionId: string; readonly step: HeldStep }) {
  const { budget, spent, name } = step;
  return (
    <Banner
      title={`Paused: “${name}” has used its budget`}
      action={<RaiseButton executionId={executionId} step={step} budget={budget} spent={spent} />}
    >
      <Lines lines={budgetLines(budget, spent).filter((line) => line.isReached)} />
      <span>{`${spent.steps === 1 ? "Its attempt" : `Its ${spent.steps} attempts`} failed; it is tried again when the limit is raised.`}</span>
    </Banner>
  );
}

const Lines = ({ lines }: { readonly lines: readonly BudgetLine[] }) =>
  lines.map((line) => (
    <span key={line.name} className="tabular whitespace-nowrap">
      {lineWords(line)}
    </span>
  ));

function RaiseButton(props: Omit<ComponentProps<typeof RaiseBudgetDialog>, "onClose">) {
  const [open, setOpen] = useState(false);
  const isPast = useContext(RunMomentContext) !== null;
  const mayRaise = useMay("operator");
  // What was lacking then need not be lacking now.
  if (isPast || !mayRaise) return null;
  return (
    <>
      <Button size="sm" onClick={() => setOpen(true)}>
        Raise the limit
      </Button>
      {open && <RaiseBudgetDialog {...props} onClose={() => setOpen(false)} />}
    </>
  );
}

interface DayBannerProps {
  readonly whose: "workspace" | "workflow";
  readonly wakeAt: number | null;
}

function DayBanner({ whose, wakeAt }: DayBannerProps) {
  const when = wakeAt === null ? "when the day is new" : `on ${showMoment(wakeAt)}`;
  return (
    <Banner
      title={`Paused: the ${whose} has used its budget for today`}
      action={
        <ButtonLink size="sm" href="/settings/limits">
          Limits
        </ButtonLink>
      }
    >
      <span>{`It goes on by itself ${when}, or when the day’s limit is raised.`}</span>
    </Banner>
  );
}

interface BannerFrame {
  readonly title: string;
  readonly action: ReactNode;
  readonly children: ReactNode;
}

function Banner({ title, action, children }: BannerFrame) {
  return (
    <section
      aria-label="Budget"
      className="flex shrink-0 flex-wrap items-center gap-x-3 gap-y-1.5 border-b bg-warning-soft px-4 py-2 text-sm"
    >
      <Wallet aria-hidden size={16} className="shrink-0 text-warning" />
      <div className="flex min-w-0 flex-1 basis-60 flex-wrap items-baseline gap-x-2.5 gap-y-0.5">
        <strong className="font-medium text-warning">{title}</strong>
        <span className="flex flex-wrap gap-x-2 text-muted text-xs">{children}</span>
      </div>
      {action}
    </section>
  );
}
