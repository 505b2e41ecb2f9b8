import { useCallback } from "react";
import { useLocation } from "wouter";
import { toast } from "../components/ui/Toast.tsx";
import { readError, trpc } from "../trpc.ts";

/** Makes an empty workflow and opens it. */
export function useCreateWorkflow(): { readonly create: () => void; readonly busy: boolean } {
  const [, navigate] = useLocation();
  const queries = trpc.useUtils();
  const { mutate, isPending } = trpc.workflows.create.useMutation({
    onSuccess: (workflow) => {
      void queries.workflows.list.invalidate();
      navigate(`/workflows/${workflow.id}`);
    },
    onError: (error) => toast.error("The workflow was not created", { description: readError(error).message }),
  });
  return { create: useCallback(() => mutate({}), [mutate]), busy: isPending };
}
