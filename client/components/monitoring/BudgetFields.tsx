import { DurationInput } from "#client/components/workflow/inspector/DurationInput.tsx";
import { type Budget, mostBudget } from "#src/schemas/graph.ts";
import { AmountInput } from "../ui/AmountInput.tsx";
import { Field } from "../ui/Field.tsx";

interface BudgetFieldsProps {
  readonly names: readonly (keyof Budget)[];
  readonly value: Budget;
  readonly disabled: boolean;
  readonly hint: (name: keyof Budget) => string;
  readonly error: (name: keyof Budget) => string | null;
  /** The whole budget with the change; undefined when no limit is left. */
  readonly onChange: (next: Budget | undefined) => void;
}

const labels = {
  tokens: "Tokens",
  dollars: "US dollars",
  timeMs: "Time at work",
  steps: "Steps",
} as const satisfies Record<keyof Budget, string>;

export const zeroBudget = (amount: number | undefined): string | null =>
  amount === 0 ? "A budget of 0 lets nothing run. Empty is no limit." : null;

/** The limits of a budget, each of which may be empty. */
export function BudgetFields({ names, value, disabled, hint, error, onChange }: BudgetFieldsProps) {
  const write = (name: keyof Budget, amount: number | undefined) => {
    const { [name]: _, ...others } = value;
    const next: Budget = amount === undefined ? others : { ...others, [name]: amount };
    onChange(Object.keys(next).length === 0 ? undefined : next);
  };
  return names.map((name) => (
    <Field key={name} label={labels[name]} hint={hint(name)} error={error(name)}>
      {(control) =>
        name === "timeMs" ? (
          <DurationInput
            control={control}
            value={value.timeMs}
            limits={[0, mostBudget.timeMs]}
            disabled={disabled}
            placeholder="No limit"
            onChange={(amount) => write(name, amount)}
          />
        ) : (
          <AmountInput
            control={control}
            value={value[name]}
            limits={[0, mostBudget[name]]}
            whole={name !== "dollars"}
            disabled={disabled}
            placeholder="No limit"
            onChange={(amount) => write(name, amount)}
          />
        )
      }
    </Field>
  ));
}
