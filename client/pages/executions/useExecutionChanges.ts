import { useRef } from "react";
import { useLocation } from "wouter";
import { toast } from "#client/components/ui/Toast.tsx";
import { readError, trpc } from "#client/trpc.ts";
import type { ExecutionDetail } from "#src/schemas/execution.ts";

const newRequestId = (): string => crypto.getRandomValues(new Uint32Array(4)).join("-");

/** One id for one wish: presses that come before the answer are the same wish. */
function useRequestId() {
  const open = useRef<string | null>(null);
  return {
    take: (): string => {
      open.current ??= newRequestId();
      return open.current;
    },
    settle: () => {
      open.current = null;
    },
  };
}

/** Stop a run, and make new ones from it. Each new one opens. */
export function useExecutionChanges({ id }: Pick<ExecutionDetail, "id">) {
  const [, navigate] = useLocation();
  const { executions } = trpc.useUtils();
  const request = useRequestId();
  const cancel = trpc.executions.cancel.useMutation({
    onError: (error) => toast.error("The run was not stopped", { description: readError(error).message }),
  });
  const begun = {
    onSuccess: ({ executionId }: { executionId: string }) => {
      void executions.list.invalidate();
      void executions.lineage.invalidate();
      navigate(`/runs/${executionId}`);
    },
    onError: (error: unknown) => toast.error("The run did not start", { description: readError(error).message }),
    onSettled: request.settle,
  };
  const retry = trpc.executions.retry.useMutation(begun);
  const rerun = trpc.executions.rerun.useMutation(begun);
  const fork = trpc.executions.fork.useMutation(begun);
  return {
    stop: { go: () => cancel.mutate({ id }), isPending: cancel.isPending },
    retry: { go: () => retry.mutate({ id, requestId: request.take() }), isPending: retry.isPending },
    rerun: {
      go: (version: "same" | "newest") => rerun.mutate({ id, version, requestId: request.take() }),
      isPending: rerun.isPending,
    },
    fork: {
      go: (wish: Omit<Parameters<typeof fork.mutate>[0], "id" | "requestId">) =>
        fork.mutate({ ...wish, id, requestId: request.take() }),
      isPending: fork.isPending,
    },
  };
}
export type ExecutionChanges = ReturnType<typeof useExecutionChanges>;
