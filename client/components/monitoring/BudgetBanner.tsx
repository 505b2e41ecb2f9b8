import { Wallet } from "lucide-react";
import { type ReactNode, useState } from "react";
import { useMay } from "#client/hooks/useSession.ts";
import type { ExecutionState } from "#src/engine/state.ts";
import type { Budget } from "#src/schemas/graph.ts";
import { Button, ButtonLink } from "../ui/Button.tsx";
import { showMoment } from "../ui/format.ts";
import { budgetLines, showSpent } from "./budgetWords.ts";
import { RaiseBudgetDialog } from "./RaiseBudgetDialog.tsx";

export interface BudgetBannerProps {
  readonly executionId: string;
  readonly state: ExecutionState;
  /** The workflow's, which holds until somebody raises it for this execution. */
  readonly budget: Budget | undefined;
}

/** Why an execution has paused that used up what it may use, and how it goes on. Nothing for any other. */
export function BudgetBanner({ executionId, state, budget }: BudgetBannerProps) {
  const [open, setOpen] = useState(false);
  const mayRaise = useMay("operator");
  if (state.status !== "waiting" || state.waiting?.reason !== "budget") return null;
  const { wakeAt } = state.waiting;
  if (wakeAt !== null) return <DayBanner wakeAt={wakeAt} />;
  const limits = state.budget ?? budget ?? {};
  const lines = budgetLines(limits, state.spent);
  const reached = lines.filter((line) => line.isReached);
  return (
    <Banner
      title="Paused: this run has used its budget"
      action={
        mayRaise && (
          <Button size="sm" onClick={() => setOpen(true)}>
            Raise the limit
          </Button>
        )
      }
    >
      {(reached.length > 0 ? reached : lines).map(({ name, label, spent, limit }) => (
        <span key={name} className="tabular whitespace-nowrap">
          {`${showSpent(name, spent)} of ${showSpent(name, limit)}${name === "dollars" ? "" : ` ${label}`}`}
        </span>
      ))}
      <span>Nothing is lost; it goes on when the limit is raised.</span>
      {open && (
        <RaiseBudgetDialog
          executionId={executionId}
          budget={limits}
          spent={state.spent}
          onClose={() => setOpen(false)}
        />
      )}
    </Banner>
  );
}

function DayBanner({ wakeAt }: { readonly wakeAt: number }) {
  return (
    <Banner
      title="Paused: the workspace has used its budget for today"
      action={
        <ButtonLink size="sm" href="/settings/limits">
          Limits
        </ButtonLink>
      }
    >
      <span>{`It goes on by itself on ${showMoment(wakeAt)}, or when the day’s limit is raised.`}</span>
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
