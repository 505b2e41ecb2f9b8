import { useLocation } from "wouter";
import { toast } from "#client/components/ui/Toast.tsx";
import { readError, trpc } from "#client/trpc.ts";
import type { ExecutionDetail } from "#src/schemas/execution.ts";

/** Stop a run; start the workflow, as it is now, with the same input. */
export function useExecutionChanges({ id, workflowId, input }: ExecutionDetail) {
  const [, navigate] = useLocation();
  const { executions } = trpc.useUtils();
  const cancel = trpc.executions.cancel.useMutation({
    onError: (error) => toast.error("The run was not stopped", { description: readError(error).message }),
  });
  const execute = trpc.workflows.execute.useMutation({
    onSuccess: ({ executionId }) => {
      void executions.list.invalidate();
      navigate(`/runs/${executionId}`);
    },
    onError: (error) => toast.error("The run did not start", { description: readError(error).message }),
  });
  return {
    stop: { go: () => cancel.mutate({ id }), isPending: cancel.isPending },
    runAgain: { go: () => execute.mutate({ id: workflowId, input }), isPending: execute.isPending },
  };
}
