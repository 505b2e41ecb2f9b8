import { useMemo, useSyncExternalStore } from "react";
import * as Y from "yjs";
import { configText } from "#src/document/commands/config.ts";
import { configOf, nodeOf } from "#src/document/model.ts";
import { writeText } from "#src/document/sharedText.ts";
import { useEditor } from "../EditorContext.ts";

/** A config field that several people write in. */
export interface SharedField {
  /** Undefined until somebody has written in it: looking at a field writes nothing. */
  readonly text: Y.Text | undefined;
  /** What it reads now. */
  readonly value: string;
  /** Null for who may only look. The change goes through the text it is given, in one transaction of ours. */
  readonly write: ((change: (text: Y.Text) => void) => void) | null;
  readonly undo: () => void;
  readonly redo: () => void;
}

export function useSharedField(nodeId: string, field: string): SharedField {
  const { document, actions } = useEditor();
  const { editing, reader, undo } = document;
  const stored = () => configOf(nodeOf(editing.doc, nodeId))?.get(field);
  const text = useSyncExternalStore(reader.subscribe, () => {
    const now = stored();
    return now instanceof Y.Text ? now : undefined;
  });
  const value = useSyncExternalStore(reader.subscribe, () => readable(stored()));
  return useMemo(
    () => ({
      text,
      value,
      write:
        actions === null
          ? null
          : (change) => {
              const target = configText(editing, nodeId, field);
              if (target !== undefined) editing.doc.transact(() => change(target), editing.origin);
            },
      undo: undo.undo,
      redo: undo.redo,
    }),
    [text, value, actions, editing, nodeId, field, undo],
  );
}

/** Replaces the whole text, touching only what differs. */
export const writeAll = (field: SharedField, next: string): void => field.write?.((text) => writeText(text, next));

function readable(stored: unknown): string {
  if (stored instanceof Y.Text) return stored.toString();
  if (stored === undefined || stored === null) return "";
  if (typeof stored === "string") return stored;
  return JSON.stringify(stored instanceof Y.AbstractType ? stored.toJSON() : stored, null, 2);
}
