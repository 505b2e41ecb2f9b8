import { toast } from "#client/components/ui/Toast.tsx";
import { readError, trpc } from "#client/trpc.ts";
import type { Schedule } from "#src/schemas/schedule.ts";

/** Switches and deletes a workflow's schedules; the list follows. Deleting acts at once and can be undone. */
export function useScheduleChanges(workflowId: string, onDeleted: () => void) {
  const { schedules } = trpc.useUtils();
  const listed = { workflowId };
  const refresh = () => schedules.list.invalidate(listed);
  const failed = (title: string) => (error: unknown) => toast.error(title, { description: readError(error).message });
  const show = (change: (items: readonly Schedule[]) => Schedule[]) =>
    schedules.list.setData(listed, (before) => before && { items: change(before.items) });

  const update = trpc.schedules.update.useMutation({
    onMutate: async ({ id, enabled }) => {
      await schedules.list.cancel(listed);
      if (enabled !== undefined)
        show((items) => items.map((item) => (item.id === id ? { ...item, enabled, nextRunAt: null } : item)));
    },
    onSuccess: (saved) => show((items) => items.map((item) => (item.id === saved.id ? saved : item))),
    onError: failed("The schedule was not changed"),
    onSettled: refresh,
  });
  const restore = trpc.schedules.restore.useMutation({
    onSuccess: ({ name }) => toast.success(`“${name}” is back`),
    onError: failed("The schedule was not restored"),
    onSettled: refresh,
  });
  const remove = trpc.schedules.delete.useMutation({
    onError: failed("The schedule was not deleted"),
    onSettled: refresh,
  });
  return {
    enable: ({ id }: Schedule, enabled: boolean) => update.mutate({ id, enabled }),
    remove: ({ id, name }: Schedule) =>
      remove.mutate(
        { id },
        {
          onSuccess() {
            show((items) => items.filter((item) => item.id !== id));
            onDeleted();
            const onClick = () => restore.mutate({ id });
            toast.message(`“${name}” deleted`, { action: { label: "Undo", onClick } });
          },
        },
      ),
  };
}
export type ScheduleChanges = ReturnType<typeof useScheduleChanges>;
