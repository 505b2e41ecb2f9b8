import { useMay } from "#client/hooks/useSession.ts";
import { trpc } from "#client/trpc.ts";
import { AgentLimitsBlock } from "./AgentLimitsBlock.tsx";
import { DailyBudgetBlock } from "./DailyBudgetBlock.tsx";
import { QueryStates } from "./QueryStates.tsx";
import { WorkflowDaysBlock } from "./WorkflowDaysBlock.tsx";

/** What all runs of the workspace may do and use together. */
export function LimitsSection() {
  const limits = trpc.limits.get.useQuery(undefined, { refetchInterval: 15_000 });
  const mayChange = useMay("editor");
  return (
    <QueryStates query={limits} what="the limits">
      {(known) => (
        <>
          <DailyBudgetBlock limits={known} mayChange={mayChange} />
          <WorkflowDaysBlock limits={known} mayChange={mayChange} />
          <AgentLimitsBlock limits={known} mayChange={mayChange} />
        </>
      )}
    </QueryStates>
  );
}
