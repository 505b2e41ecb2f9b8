import { useEffect, useState } from "react";
import type { FieldControl } from "#client/components/ui/Field.tsx";
import { Input } from "#client/components/ui/Input.tsx";
import { readDuration, writeDuration } from "./durations.ts";

interface DurationInputProps {
  readonly control: FieldControl;
  /** Milliseconds. */
  readonly value: number | undefined;
  /** The least and the most, in milliseconds. */
  readonly limits: readonly [least: number, most: number];
  readonly disabled: boolean;
  /** What holds while nothing is set. */
  readonly placeholder?: string;
  readonly onChange: (milliseconds: number | undefined) => void;
}

/** A length of time as a person writes it: 500 ms, 30 s, 5 m, 2 h. A bare number is seconds. */
export function DurationInput({
  control,
  value,
  limits: [least, most],
  disabled,
  placeholder = "None",
  onChange,
}: DurationInputProps) {
  const shown = value === undefined ? "" : writeDuration(value);
  const [draft, setDraft] = useState(shown);
  useEffect(() => setDraft(shown), [shown]);
  const keep = () => {
    if (draft.trim() === "") onChange(undefined);
    else {
      const milliseconds = readDuration(draft);
      if (milliseconds !== null && milliseconds !== value) onChange(Math.min(most, Math.max(least, milliseconds)));
    }
    setDraft(shown);
  };
  return (
    <Input
      {...control}
      value={draft}
      disabled={disabled}
      placeholder={placeholder}
      className="tabular"
      onChange={(event) => setDraft(event.target.value)}
      onBlur={keep}
      onKeyDown={(event) => event.key === "Enter" && keep()}
    />
  );
}
