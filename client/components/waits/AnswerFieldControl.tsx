import { Field } from "#client/components/ui/Field.tsx";
import { Input, Textarea } from "#client/components/ui/Input.tsx";
import { Select } from "#client/components/ui/Select.tsx";
import { Switch } from "#client/components/ui/Switch.tsx";
import type { AnswerField } from "#src/schemas/interrupt.ts";

interface AnswerFieldControlProps {
  readonly field: AnswerField;
  readonly value: string | boolean | undefined;
  readonly problem: string | undefined;
  readonly disabled: boolean;
  readonly onChange: (value: string | boolean) => void;
}

/** One field of an approval's form. */
export function AnswerFieldControl({ field, value, problem, disabled, onChange }: AnswerFieldControlProps) {
  const text = typeof value === "string" ? value : "";
  return (
    <Field label={field.label || field.name} error={problem} hint={field.required ? "Needed to approve." : undefined}>
      {(control) => {
        switch (field.type) {
          case "boolean":
            return <Switch id={control.id} checked={value === true} disabled={disabled} onChange={onChange} />;
          case "choice":
            return (
              <Select
                {...control}
                value={text === "" ? undefined : text}
                disabled={disabled}
                onChange={onChange}
                options={(field.choices ?? []).map((choice) => ({ value: choice, label: choice }))}
              />
            );
          case "number":
            return (
              <Input
                {...control}
                inputMode="decimal"
                className="tabular"
                value={text}
                disabled={disabled}
                onChange={(event) => onChange(event.target.value)}
              />
            );
          case "text":
            return (
              <Textarea
                {...control}
                rows={2}
                value={text}
                disabled={disabled}
                onChange={(event) => onChange(event.target.value)}
              />
            );
        }
      }}
    </Field>
  );
}
