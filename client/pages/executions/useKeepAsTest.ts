import { useLocation } from "wouter";
import { toast } from "#client/components/ui/Toast.tsx";
import { readError, trpc } from "#client/trpc.ts";
import type { ExecutionDetail } from "#src/schemas/execution.ts";

/** Keeps a run as a test of its workflow, and says where that is. */
export function useKeepAsTest({ id, workflowId }: ExecutionDetail): () => void {
  const [, navigate] = useLocation();
  const { tests } = trpc.useUtils();
  const create = trpc.tests.create.useMutation({
    onSuccess({ name }) {
      void tests.list.invalidate({ workflowId });
      toast.success(`Saved as “${name}”`, {
        action: { label: "Open tests", onClick: () => navigate(`/workflows/${workflowId}/tests`) },
      });
    },
    onError: (error) => toast.error("The test was not saved", { description: readError(error).message }),
  });
  return () => create.mutate({ executionId: id });
}
