import { DailyFields } from "#client/components/monitoring/DailyFields.tsx";
import { useWorkflowDay } from "#client/components/monitoring/useWorkflowDay.ts";
import { Button } from "#client/components/ui/Button.tsx";
import { Skeleton } from "#client/components/ui/Skeleton.tsx";
import { useMay } from "#client/hooks/useSession.ts";
import { readError, trpc } from "#client/trpc.ts";

/** What all runs of the workflow may use in a day. Not part of the graph: it holds at once, for every version. */
export function DayFields({ workflowId }: { readonly workflowId: string }) {
  const limits = trpc.limits.get.useQuery();
  const mayChange = useMay("editor");
  const { set, isSetting } = useWorkflowDay(workflowId);
  const day = limits.data?.workflows.find((each) => each.workflowId === workflowId);
  return (
    <fieldset className="flex flex-col gap-3 rounded-sm border p-3">
      <legend className="px-1 font-medium text-muted text-xs">Budget of a day, all runs together</legend>
      <p className="text-faint text-xs">
        Within the workspace’s. At a limit runs pause until the day is new (00:00 UTC) or the limit is raised. It holds
        at once, without publishing.
      </p>
      {limits.isPending && (
        <div role="status" aria-label="Loading the budget of a day" className="flex flex-col gap-3">
          <Skeleton className="h-8 w-full" />
          <Skeleton className="h-8 w-full" />
        </div>
      )}
      {limits.isError && (
        <div role="alert" className="flex items-center justify-between gap-2 text-danger text-xs">
          {`It could not be loaded: ${readError(limits.error).message}`}
          <Button size="sm" busy={limits.isFetching} onClick={() => void limits.refetch()}>
            Try again
          </Button>
        </div>
      )}
      {limits.isSuccess && (
        <DailyFields
          daily={day?.daily ?? { tokens: null, dollars: null }}
          usedToday={day?.usedToday ?? null}
          disabled={!mayChange}
          saving={isSetting}
          onChange={set}
        />
      )}
    </fieldset>
  );
}
