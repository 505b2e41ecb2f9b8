import { Field } from "#client/components/ui/Field.tsx";
import { Input } from "#client/components/ui/Input.tsx";

interface CountFieldProps {
  readonly label: string;
  readonly value: number;
  readonly limits: readonly [number, number];
  readonly disabled: boolean;
  readonly onChange: (value: number) => void;
}

/** A number that always has a value; what is out of its limits is taken back into them. */
export function CountField({ label, value, limits: [least, most], disabled, onChange }: CountFieldProps) {
  return (
    <Field label={label}>
      {(control) => (
        <Input
          {...control}
          type="number"
          min={least}
          max={most}
          value={value}
          disabled={disabled}
          className="tabular"
          onChange={(event) => {
            const next = event.target.valueAsNumber;
            if (Number.isFinite(next)) onChange(Math.min(most, Math.max(least, next)));
          }}
        />
      )}
    </Field>
  );
}
