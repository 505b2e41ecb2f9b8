import { DurationInput } from "#client/components/workflow/inspector/DurationInput.tsx";
import type { Budget } from "#src/schemas/graph.ts";
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

const fields = {
  tokens: { label: "Tokens", most: 1e9 },
  dollars: { label: "US dollars", most: 1e6 },
  timeMs: { label: "Time at work", most: 2_592_000_000 },
  steps: { label: "Steps", most: 1e8 },
} as const satisfies Record<keyof Budget, object>;

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
    <Field key={name} label={fields[name].label} hint={hint(name)} error={error(name)}>
      {(control) =>
        name === "timeMs" ? (
          <DurationInput
            control={control}
            value={value.timeMs}
            limits={[0, fields.timeMs.most]}
            disabled={disabled}
            placeholder="No limit"
            onChange={(amount) => write(name, amount)}
          />
        ) : (
          <AmountInput
            control={control}
            value={value[name]}
            limits={[0, fields[name].most]}
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
