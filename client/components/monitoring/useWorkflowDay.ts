import { readError, trpc } from "#client/trpc.ts";
import type { DailyBudget } from "#src/schemas/limits.ts";
import { toast } from "../ui/Toast.tsx";

/** How a workflow's budget of a day is set. */
export function useWorkflowDay(workflowId: string) {
  const { limits: cache } = trpc.useUtils();
  const { mutate, isPending } = trpc.limits.setWorkflowDaily.useMutation({
    onSuccess: (changed, { tokens, dollars }) => {
      cache.get.setData(undefined, changed);
      toast.success(`The workflow’s budget of a day is ${tokens === null && dollars === null ? "removed" : "set"}`);
    },
    onError: (error) => toast.error("The budget was not changed", { description: readError(error).message }),
  });
  return { set: (budget: DailyBudget) => mutate({ workflowId, ...budget }), isSetting: isPending };
}
