import { toast } from "#client/components/ui/Toast.tsx";
import { readError, trpc } from "#client/trpc.ts";
import type { WorkflowSummary } from "#src/schemas/workflow.ts";

/** Duplicate and delete from the list. Deleting acts at once and can be undone. */
export function useWorkflowChanges() {
  const { workflows } = trpc.useUtils();
  const refresh = () => workflows.list.invalidate();
  const failed = (what: string) => (error: unknown) => toast.error(what, { description: readError(error).message });
  const restore = trpc.workflows.restore.useMutation({
    onSuccess: (workflow) => toast.success(`“${workflow.name}” is back`),
    onError: failed("The workflow was not restored"),
    onSettled: refresh,
  });
  const remove = trpc.workflows.delete.useMutation({
    onError: failed("The workflow was not deleted"),
    onSettled: refresh,
  });
  const duplicate = trpc.workflows.duplicate.useMutation({
    onSuccess: (workflow) => toast.success(`“${workflow.name}” made`),
    onError: failed("The workflow was not duplicated"),
    onSettled: refresh,
  });
  return {
    duplicate: ({ id }: WorkflowSummary) => duplicate.mutate({ id }),
    remove: ({ id, name }: WorkflowSummary) => {
      remove.mutate(
        { id },
        {
          onSuccess: () =>
            toast.message(`“${name}” deleted`, { action: { label: "Undo", onClick: () => restore.mutate({ id }) } }),
        },
      );
    },
  };
}
