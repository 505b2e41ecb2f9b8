import { AmountInput } from "#client/components/ui/AmountInput.tsx";
import { classes } from "#client/components/ui/classes.ts";
import { Field } from "#client/components/ui/Field.tsx";
import { toast } from "#client/components/ui/Toast.tsx";
import { readError, trpc } from "#client/trpc.ts";
import type { WorkspaceLimits } from "#src/schemas/limits.ts";
import { SettingsBlock } from "./SettingsBlock.tsx";

export interface LimitsBlockProps {
  readonly limits: WorkspaceLimits;
  readonly mayChange: boolean;
}

const dollars = (value: number) => `$${value.toLocaleString("en", { maximumFractionDigits: value < 1 ? 4 : 2 })}`;
const tokens = (value: number) => `${value.toLocaleString("en")} tokens`;

/** The workspace's budget of a day, and how much of it is used. */
export function DailyBudgetBlock({ limits, mayChange }: LimitsBlockProps) {
  const { limits: cache } = trpc.useUtils();
  const set = trpc.limits.setDaily.useMutation({
    onSuccess: (changed) => {
      cache.get.setData(undefined, changed);
      toast.success("The day’s budget is set");
    },
    onError: (error) => toast.error("The budget was not changed", { description: readError(error).message }),
  });
  const { daily, usedToday } = limits;
  const shared = { disabled: !mayChange || set.isPending, placeholder: "No limit" };
  return (
    <SettingsBlock
      title="Budget of a day"
      lead="For all runs of the workspace together. At a limit, runs pause before their next step and go on when the day is new or the limit is raised; no run fails."
    >
      <div className="grid gap-5 rounded-lg border p-4 sm:grid-cols-2">
        <Field label="Tokens" hint="Input and output of all model calls.">
          {(control) => (
            <>
              <AmountInput
                {...shared}
                control={control}
                value={daily.tokens ?? undefined}
                limits={[0, 1e12]}
                whole
                onChange={(value) => set.mutate({ ...daily, tokens: value ?? null })}
              />
              <Used used={usedToday.tokens} limit={daily.tokens} words={tokens} />
            </>
          )}
        </Field>
        <Field label="US dollars" hint="By the models’ list prices; models without a price do not count.">
          {(control) => (
            <>
              <AmountInput
                {...shared}
                control={control}
                value={daily.dollars ?? undefined}
                limits={[0, 1e7]}
                whole={false}
                onChange={(value) => set.mutate({ ...daily, dollars: value ?? null })}
              />
              <Used used={usedToday.dollars} limit={daily.dollars} words={dollars} />
            </>
          )}
        </Field>
        <p className="text-faint text-xs sm:col-span-2">
          A day begins at 00:00 UTC, {new Date(limits.renewsAt).toLocaleTimeString([], { timeStyle: "short" })} your
          time.
        </p>
      </div>
    </SettingsBlock>
  );
}

interface UsedProps {
  readonly used: number;
  readonly limit: number | null;
  readonly words: (value: number) => string;
}

function Used({ used, limit, words }: UsedProps) {
  const share = limit === null ? 0 : Math.min(1, used / limit);
  const isReached = limit !== null && used >= limit;
  return (
    <div className="flex flex-col gap-1">
      {limit !== null && (
        <div className="h-1.5 overflow-hidden rounded-full bg-sunken">
          <div
            className={classes("h-full rounded-full", isReached ? "bg-warning" : "bg-accent")}
            style={{ width: `${share * 100}%` }}
          />
        </div>
      )}
      <p className={classes("tabular text-xs", isReached ? "text-warning" : "text-muted")}>
        {`${words(used)} used today${isReached ? ": runs pause" : ""}`}
      </p>
    </div>
  );
}
