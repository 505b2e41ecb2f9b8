import { useEffect, useId, useRef } from "react";
import { Input } from "#client/components/ui/Input.tsx";
import type { FieldProps } from "./fieldProps.ts";

/** One line of text, a template where the setting is one. */
export function LineField({ spec, value, onChange, control, onInserter, onBraces }: FieldProps) {
  const input = useRef<HTMLInputElement>(null);
  const listId = useId();
  const text = typeof value === "string" ? value : value === undefined ? "" : JSON.stringify(value);
  useEffect(() => {
    onInserter((inserted) => insertInto(input.current, inserted, (next) => onChange?.(next)));
    return () => onInserter(null);
  }, [onInserter, onChange]);
  return (
    <>
      <Input
        {...control}
        ref={input}
        value={text}
        readOnly={onChange === null}
        placeholder={spec.placeholder ?? (typeof spec.fallback === "string" ? spec.fallback : undefined)}
        list={spec.suggestions.length > 0 ? listId : undefined}
        className={text.includes("{{") ? "font-mono text-xs" : ""}
        onChange={(event) => {
          const next = event.target.value;
          onChange?.(next === "" && !spec.required ? undefined : next);
          if (spec.template && typedBraces(event.target)) onBraces();
        }}
      />
      {spec.suggestions.length > 0 && (
        <datalist id={listId}>
          {spec.suggestions.map((suggestion) => (
            <option key={suggestion} value={suggestion} />
          ))}
        </datalist>
      )}
    </>
  );
}

/** Whether the caret stands right behind two braces that nothing closes yet. */
export function typedBraces({ value, selectionStart }: HTMLInputElement | HTMLTextAreaElement): boolean {
  const at = selectionStart ?? 0;
  return value.slice(0, at).endsWith("{{") && !value.slice(at).trimStart().startsWith("}}");
}

/** Inserts at the caret; braces just typed are replaced by those of what is inserted. */
export function insertInto(
  field: HTMLInputElement | HTMLTextAreaElement | null,
  inserted: string,
  write: (next: string) => void,
): void {
  if (field === null) return;
  const start = field.selectionStart ?? field.value.length;
  const before = field.value.slice(0, start);
  const kept = inserted.startsWith("{{") && before.endsWith("{{") ? before.slice(0, -2) : before;
  write(kept + inserted + field.value.slice(field.selectionEnd ?? start));
  const caret = kept.length + inserted.length;
  // After the new value has been drawn.
  requestAnimationFrame(() => {
    field.focus();
    field.setSelectionRange(caret, caret);
  });
}
