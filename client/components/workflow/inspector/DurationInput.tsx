import { useEffect, useState } from "react";
import type { FieldControl } from "#client/components/ui/Field.tsx";
import { Input } from "#client/components/ui/Input.tsx";

interface DurationInputProps {
  readonly control: FieldControl;
  /** Milliseconds. */
  readonly value: number | undefined;
  readonly max: number;
  readonly disabled: boolean;
  readonly onChange: (milliseconds: number | undefined) => void;
}

const units: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** A length of time as a person writes it: 500 ms, 30 s, 5 m, 2 h. A bare number is seconds. */
export function DurationInput({ control, value, max, disabled, onChange }: DurationInputProps) {
  const shown = value === undefined ? "" : writeDuration(value);
  const [draft, setDraft] = useState(shown);
  useEffect(() => setDraft(shown), [shown]);
  const keep = () => {
    if (draft.trim() === "") onChange(undefined);
    else {
      const milliseconds = readDuration(draft);
      if (milliseconds !== null && milliseconds !== value) onChange(Math.min(max, Math.max(1, milliseconds)));
    }
    setDraft(shown);
  };
  return (
    <Input
      {...control}
      value={draft}
      disabled={disabled}
      placeholder="None"
      className="tabular"
      onChange={(event) => setDraft(event.target.value)}
      onBlur={keep}
      onKeyDown={(event) => event.key === "Enter" && keep()}
    />
  );
}

export function readDuration(text: string): number | null {
  const match = /^\s*(\d+(?:[.,]\d+)?)\s*(ms|s|m|h|d)?\s*$/i.exec(text);
  const unit = units[(match?.[2] ?? "s").toLowerCase()];
  return match?.[1] === undefined || unit === undefined ? null : Math.round(Number(match[1].replace(",", ".")) * unit);
}

/** In the largest unit that says it without a fraction. */
export function writeDuration(milliseconds: number): string {
  const fitting = Object.entries(units).findLast(([, size]) => milliseconds >= size && milliseconds % size === 0);
  return fitting === undefined ? `${milliseconds} ms` : `${milliseconds / fitting[1]} ${fitting[0]}`;
}
