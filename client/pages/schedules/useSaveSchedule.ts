import { toast } from "#client/components/ui/Toast.tsx";
import { type ClientError, type RouterInputs, readError, trpc } from "#client/trpc.ts";
import type { Schedule } from "#src/schemas/schedule.ts";

/** The field that the server's refusal is about; null when it is about none of them. */
export function fieldOf(error: ClientError | null): "cron" | "timezone" | "name" | null {
  const field = error?.detail?.field;
  return field === "cron" || field === "timezone" || field === "name" ? field : null;
}

/** Creates a schedule, or changes the one with `id`. */
export function useSaveSchedule(id: Schedule["id"] | undefined, onDone: () => void) {
  const { schedules } = trpc.useUtils();
  const onSuccess = async ({ workflowId }: Schedule) => {
    await schedules.list.invalidate({ workflowId });
    toast.success(id === undefined ? "The schedule is set" : "The schedule is changed");
    onDone();
  };
  const create = trpc.schedules.create.useMutation({ onSuccess });
  const update = trpc.schedules.update.useMutation({ onSuccess });
  const { error, isPending, reset } = id === undefined ? create : update;
  return {
    busy: isPending,
    error: error === null ? null : readError(error),
    run({ workflowId, ...wish }: RouterInputs["schedules"]["create"]) {
      if (id === undefined) create.mutate({ workflowId, ...wish });
      else update.mutate({ id, ...wish });
    },
    /** A change that makes the last refusal old. */
    forget:
      <Value>(change: (value: Value) => void) =>
      (value: Value) => {
        reset();
        change(value);
      },
  };
}
