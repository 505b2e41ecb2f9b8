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
  readonly placeholder: string;
  readonly onChange: (value: number | undefined) => void;
}

/** A number that may be absent, with thousands set apart. What is no number is put back when the field is left. */
export function AmountInput(props: AmountInputProps) {
  const { control, value, limits, whole, disabled, placeholder, onChange } = props;
  const shown = writeAmount(value);
  const [draft, setDraft] = useState(shown);
  // What was given on and has not come back yet: a field that is locked meanwhile loses the focus, and must not give it again.
  const given = useRef(value);
  useEffect(() => {
    given.current = value;
    setDraft(writeAmount(value));
  }, [value]);
  const keep = () => {
    const read = readAmount(draft, { limits, whole });
    if (read !== null && read !== given.current) {
      given.current = read;
      onChange(read);
    }
    setDraft(read === null ? shown : writeAmount(read));
  };
  return (
    <Input
      {...control}
      value={draft}
      disabled={disabled}
      inputMode={whole ? "numeric" : "decimal"}
      placeholder={placeholder}
      className="tabular"
      onChange={(event) => setDraft(event.target.value)}
      onBlur={keep}
      onKeyDown={(event) => event.key === "Enter" && keep()}
    />
  );
}
