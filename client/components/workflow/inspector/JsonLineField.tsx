import { useEffect, useState } from "react";
import { Input } from "#client/components/ui/Input.tsx";
import type { JsonValue } from "#src/json.ts";
import type { FieldProps } from "./fieldProps.ts";

/** A JSON value inside a list: what is not JSON yet is taken as text. */
export function JsonLineField({ spec, value, onChange, control }: FieldProps) {
  const shown = value === undefined ? "" : typeof value === "string" ? value : JSON.stringify(value);
  const [draft, setDraft] = useState(shown);
  useEffect(() => setDraft(shown), [shown]);
  return (
    <Input
      {...control}
      value={draft}
      readOnly={onChange === null}
      placeholder={spec.placeholder ?? "None"}
      className="font-mono text-xs"
      onChange={(event) => setDraft(event.target.value)}
      onBlur={() => {
        if (draft !== shown) onChange?.(draft.trim() === "" ? undefined : parsed(draft));
      }}
    />
  );
}

function parsed(text: string): JsonValue {
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return text;
  }
}
