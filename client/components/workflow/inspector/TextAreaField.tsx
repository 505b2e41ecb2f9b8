import { useEffect, useRef } from "react";
import { Textarea } from "#client/components/ui/Input.tsx";
import { matchesKeys } from "#client/components/ui/keys.ts";
import { followText } from "./bindTextarea.ts";
import type { FieldProps } from "./fieldProps.ts";
import { insertInto, typedBraces } from "./LineField.tsx";
import { useSharedField, writeAll } from "./sharedText.ts";

/** Several lines, shared letter by letter. Undo in it is the document's: it takes back one's own letters only. */
export function TextAreaField({ nodeId, spec, control, onInserter, onBraces }: FieldProps) {
  const field = useSharedField(nodeId, spec.name);
  const area = useRef<HTMLTextAreaElement>(null);
  useEffect(() => {
    const element = area.current;
    if (element === null) return;
    if (element.value !== field.value) element.value = field.value;
    return field.text === undefined ? undefined : followText(element, field.text);
  }, [field]);
  useEffect(() => {
    onInserter((inserted) => insertInto(area.current, inserted, (next) => writeAll(field, next)));
    return () => onInserter(null);
  }, [field, onInserter]);
  return (
    <Textarea
      {...control}
      ref={area}
      rows={4}
      defaultValue={field.value}
      readOnly={field.write === null}
      placeholder={spec.placeholder}
      onChange={(event) => {
        writeAll(field, event.target.value);
        if (spec.template && typedBraces(event.target)) onBraces();
      }}
      onKeyDown={(event) => {
        const undo = matchesKeys(event.nativeEvent, "mod+z");
        if (!undo && !matchesKeys(event.nativeEvent, "mod+shift+z") && !matchesKeys(event.nativeEvent, "mod+y")) return;
        event.preventDefault();
        if (undo) field.undo();
        else field.redo();
      }}
    />
  );
}
