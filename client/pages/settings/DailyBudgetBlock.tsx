import { DailyFields } from "#client/components/monitoring/DailyFields.tsx";
import { toast } from "#client/components/ui/Toast.tsx";
import { readError, trpc } from "#client/trpc.ts";
import type { WorkspaceLimits } from "#src/schemas/limits.ts";
import { SettingsBlock } from "./SettingsBlock.tsx";

export interface LimitsBlockProps {
  readonly limits: WorkspaceLimits;
  readonly mayChange: boolean;
}

/** The workspace's budget of a day, and how much of it is used. */
export function DailyBudgetBlock({ limits, mayChange }: LimitsBlockProps) {
  const { limits: cache } = trpc.useUtils();
  const set = trpc.limits.setDaily.useMutation({
    onSuccess: (changed, { tokens, dollars }) => {
      cache.get.setData(undefined, changed);
      toast.success(`The day’s budget is ${tokens === null && dollars === null ? "removed" : "set"}`);
    },
    onError: (error) => toast.error("The budget was not changed", { description: readError(error).message }),
  });
  const { daily, usedToday } = limits;
  return (
    <SettingsBlock
      title="Budget of a day"
      lead="For all runs of the workspace together. At a limit, runs pause before their next step and go on when the day is new or the limit is raised; no run fails."
    >
      <div className="grid gap-5 rounded-lg border p-4 sm:grid-cols-2">
        <DailyFields
          daily={daily}
          usedToday={usedToday}
          disabled={!mayChange}
          saving={set.isPending}
          onChange={(next) => set.mutate(next)}
        />
        <p className="text-faint text-xs sm:col-span-2">
          A day begins at 00:00 UTC, {new Date(limits.renewsAt).toLocaleTimeString([], { timeStyle: "short" })} your
          time.
        </p>
      </div>
    </SettingsBlock>
  );
}
