import { useEffect, useRef, useState } from "react";
import { readAmount, writeAmount } from "./amounts.ts";
import type { FieldControl } from "./Field.tsx";
import { Input } from "./Input.tsx";

interface AmountInputProps {
  readonly control: FieldControl;
  readonly value: number | undefined;
  readonly limits: readonly [least: number, most: number];
  readonly whole: boolean;
  readonly disabled: boolean;
  /** What was given on is being kept: nothing can be typed, and the focus stays. When it is over, `value` holds. */
  readonly saving?: boolean;
  readonly placeholder: string;
  readonly onChange: (value: number | undefined) => void;
}

/** A number that may be absent, with thousands set apart. What is no number is put back when the field is left. */
export function AmountInput(props: AmountInputProps) {
  const { control, value, limits, whole, disabled, saving = false, placeholder, onChange } = props;
  const [draft, setDraft] = useState(() => writeAmount(value));
  // What was given on and has not come back yet: whoever leaves the field meanwhile must not give it again.
  const given = useRef(value);
  useEffect(() => {
    if (saving) return;
    given.current = value;
    setDraft(writeAmount(value));
  }, [value, saving]);
  const keep = () => {
    const read = readAmount(draft, { limits, whole });
    if (read !== null && read !== given.current) {
      given.current = read;
      onChange(read);
    }
    setDraft(writeAmount(read === null ? given.current : read));
  };
  return (
    <Input
      {...control}
      value={draft}
      disabled={disabled}
      readOnly={saving}
      aria-busy={saving || undefined}
      inputMode={whole ? "numeric" : "decimal"}
      placeholder={placeholder}
      className="tabular"
      onChange={(event) => setDraft(event.target.value)}
      onBlur={keep}
      onKeyDown={(event) => event.key === "Enter" && keep()}
    />
  );
}
