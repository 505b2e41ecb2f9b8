import { type FormEvent, useState } from "react";
import { AmountInput } from "#client/components/ui/AmountInput.tsx";
import { Button } from "#client/components/ui/Button.tsx";
import { Field } from "#client/components/ui/Field.tsx";
import { showBytes } from "#client/components/ui/format.ts";
import { Time } from "#client/components/ui/Time.tsx";
import { toast } from "#client/components/ui/Toast.tsx";
import { readError, trpc } from "#client/trpc.ts";
import type { Retention, RetentionRule } from "#src/schemas/retention.ts";
import { SettingsBlock } from "./SettingsBlock.tsx";

interface RetentionBlockProps {
  readonly retention: Retention;
  readonly mayChange: boolean;
}

const gigabyte = 1e9;
const names = ["maxAgeDays", "maxExecutions", "maxBytes"] as const satisfies readonly (keyof RetentionRule)[];
const fields = {
  maxAgeDays: { label: "Days", hint: "Since the run ended.", limits: [1, 36_500], unit: 1 },
  maxExecutions: { label: "Runs", hint: "The newest are kept.", limits: [1, 1e9], unit: 1 },
  maxBytes: { label: "Gigabytes", hint: "As stored, compressed.", limits: [0.001, 1e6], unit: gigabyte },
} as const;

/** How much of its ended runs the workspace keeps. Saved by a button: what a rule removes is gone. */
export function RetentionBlock({ retention, mayChange }: RetentionBlockProps) {
  const { rule, isDefault, removed } = retention;
  const [draft, setDraft] = useState(rule);
  const { workspaces } = trpc.useUtils();
  const set = trpc.workspaces.setRetention.useMutation({
    onSuccess: (changed) => {
      workspaces.retention.setData(undefined, changed);
      toast.success("The rule is set");
    },
    onError: (error) => toast.error("The rule was not changed", { description: readError(error).message }),
  });
  const isChanged = names.some((name) => draft[name] !== rule[name]);
  const removesMore = names.some((name) => (draft[name] ?? Infinity) < (rule[name] ?? Infinity));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    set.mutate(draft);
  };
  return (
    <SettingsBlock
      title="Retention"
      lead="Ended runs over any of these are removed with their steps and logs, the oldest first. Runs that go on, workflows and their versions stay."
    >
      <form onSubmit={submit} className="flex flex-col gap-4 rounded-lg border p-4">
        <div className="grid gap-5 sm:grid-cols-3">
          {names.map((name) => {
            const { label, hint, limits, unit } = fields[name];
            const value = draft[name];
            return (
              <Field key={name} label={label} hint={hint}>
                {(control) => (
                  <AmountInput
                    control={control}
                    disabled={!mayChange || set.isPending}
                    placeholder="No limit"
                    value={value === null ? undefined : value / unit}
                    limits={limits}
                    whole={unit === 1}
                    onChange={(typed) =>
                      setDraft({ ...draft, [name]: typed === undefined ? null : Math.round(typed * unit) })
                    }
                  />
                )}
              </Field>
            );
          })}
        </div>
        <div className="flex flex-wrap items-center justify-between gap-3">
          <p className={removesMore ? "text-warning text-xs" : "text-faint text-xs"}>
            {removesMore
              ? "Runs over the new rule are removed within a minute, and cannot be brought back."
              : isDefault && "This is the rule of every workspace where nobody has set another."}
          </p>
          {mayChange && (
            <Button type="submit" busy={set.isPending} disabled={!isChanged} variant="primary">
              Save
            </Button>
          )}
        </div>
      </form>
      {removed !== null && (
        <p className="mt-2 text-muted text-xs">
          {`Removed so far: ${removed.executions.toLocaleString("en")} runs, ${showBytes(removed.bytes)}; the last `}
          <Time at={removed.lastAt} />.
        </p>
      )}
    </SettingsBlock>
  );
}
