import { BudgetBanner } from "#client/components/monitoring/BudgetBanner.tsx";
import { trpc } from "#client/trpc.ts";
import type { ExecutionState } from "#src/engine/state.ts";

interface RunBudgetBannerProps {
  readonly executionId: string;
  readonly state: ExecutionState;
}

/** Budgets are those of the version that runs, whatever has become of the workflow in the editor since. */
export function RunBudgetBanner({ executionId, state }: RunBudgetBannerProps) {
  const reason = state.status === "waiting" ? state.waiting?.reason : undefined;
  const isOfVersion = reason === "budget" || reason === "step_budget";
  const detail = trpc.executions.get.useQuery({ id: executionId }, { enabled: isOfVersion });
  if (isOfVersion && detail.isPending) return null;
  return <BudgetBanner executionId={executionId} state={state} graph={detail.data?.graph ?? null} />;
}
