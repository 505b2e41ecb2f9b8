import { useEffect, useState } from "react";
import { Input } from "#client/components/ui/Input.tsx";
import { Select } from "#client/components/ui/Select.tsx";
import { Switch } from "#client/components/ui/Switch.tsx";
import type { FieldProps } from "./fieldProps.ts";

export function SelectField({ spec, value, onChange, control }: FieldProps) {
  const chosen = typeof value === "string" ? value : typeof spec.fallback === "string" ? spec.fallback : undefined;
  const known = spec.options.some((option) => option === chosen);
  return (
    <Select
      id={control.id}
      aria-describedby={control["aria-describedby"]}
      aria-invalid={control["aria-invalid"]}
      value={known ? chosen : undefined}
      disabled={onChange === null}
      placeholder={chosen === undefined ? "Choose" : `${chosen} (not offered)`}
      onChange={(next) => onChange?.(next)}
      options={spec.options.map((option) => ({ value: option, label: spoken(option) }))}
    />
  );
}

/** Words that are written their own way. */
const written: Readonly<Record<string, string>> = {
  openai: "OpenAI",
  json: "JSON",
  csv: "CSV",
  javascript: "JavaScript",
};

/** `camelCase` and `snake_case` as words; the first letter large. */
const spoken = (option: string): string => {
  const own = written[option];
  if (own !== undefined) return own;
  const words = option
    .replace(/([a-z])([A-Z])/g, "$1 $2")
    .replaceAll("_", " ")
    .toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
};

export function SwitchField({ spec, value, onChange, control }: FieldProps) {
  const checked = typeof value === "boolean" ? value : spec.fallback === true;
  return (
    <Switch
      id={control.id}
      aria-describedby={control["aria-describedby"]}
      checked={checked}
      disabled={onChange === null}
      onChange={(next) => onChange?.(next)}
    />
  );
}

export function NumberField({ spec, value, onChange, control }: FieldProps) {
  const shown = typeof value === "number" ? String(value) : "";
  // What is typed on the way to a number ("-", "1e") stays on screen and out of the document.
  const [draft, setDraft] = useState(shown);
  useEffect(() => setDraft((before) => (Number(before) === Number(shown) && before !== "" ? before : shown)), [shown]);
  const { min, max, integer } = spec.limits;
  return (
    <Input
      {...control}
      inputMode={integer ? "numeric" : "decimal"}
      className="tabular"
      value={draft}
      readOnly={onChange === null}
      placeholder={typeof spec.fallback === "number" ? String(spec.fallback) : undefined}
      title={limitsText(min, max)}
      onChange={(event) => {
        const text = event.target.value;
        setDraft(text);
        if (text.trim() === "") onChange?.(undefined);
        else if (Number.isFinite(Number(text))) onChange?.(Number(text));
      }}
      onBlur={() => setDraft(shown)}
    />
  );
}

function limitsText(min: number | undefined, max: number | undefined): string | undefined {
  if (min !== undefined && max !== undefined) return `${min} to ${max}`;
  if (min !== undefined) return `At least ${min}`;
  return max === undefined ? undefined : `At most ${max}`;
}
