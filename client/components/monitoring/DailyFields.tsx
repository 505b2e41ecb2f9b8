import type { DailyBudget, DailyUse } from "#src/schemas/limits.ts";
import { AmountInput } from "../ui/AmountInput.tsx";
import { classes } from "../ui/classes.ts";
import { Field } from "../ui/Field.tsx";

interface DailyFieldsProps {
  readonly daily: DailyBudget;
  /** Null while it is not known. */
  readonly usedToday: DailyUse | null;
  readonly disabled: boolean;
  /** A change is on its way. */
  readonly saving: boolean;
  /** What each amount is, in words below it. */
  readonly explained?: boolean;
  readonly onChange: (next: DailyBudget) => void;
}

const dollars = (value: number) => `$${value.toLocaleString("en", { maximumFractionDigits: value < 1 ? 4 : 2 })}`;
const tokens = (value: number) => `${value.toLocaleString("en")} tokens`;

/** A day's budget, and how much of it is used. */
export function DailyFields({ daily, usedToday, disabled, saving, explained = true, onChange }: DailyFieldsProps) {
  const shared = { disabled, saving, placeholder: "No limit" };
  return (
    <>
      <Field label="Tokens" hint={explained ? "Input and output of all model calls." : undefined}>
        {(control) => (
          <>
            <AmountInput
              {...shared}
              control={control}
              value={daily.tokens ?? undefined}
              limits={[1, 1e12]}
              whole
              onChange={(value) => onChange({ ...daily, tokens: value ?? null })}
            />
            {usedToday && <Used used={usedToday.tokens} limit={daily.tokens} words={tokens} />}
          </>
        )}
      </Field>
      <Field
        label="US dollars"
        hint={explained ? "By the models’ list prices; models without a price do not count." : undefined}
      >
        {(control) => (
          <>
            <AmountInput
              {...shared}
              control={control}
              value={daily.dollars ?? undefined}
              limits={[0, 1e7]}
              whole={false}
              onChange={(value) => onChange({ ...daily, dollars: value ?? null })}
            />
            {usedToday && <Used used={usedToday.dollars} limit={daily.dollars} words={dollars} />}
          </>
        )}
      </Field>
    </>
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
