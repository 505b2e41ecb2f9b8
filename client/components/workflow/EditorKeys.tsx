import { useClipboardKeys } from "./useClipboardKeys.ts";
import { useEditorCommands } from "./useEditorCommands.ts";
import { useStepCommands } from "./useStepCommands.ts";

/** Nothing to see: while it is there, the editor has its keys. */
export function EditorKeys() {
  useEditorCommands();
  useClipboardKeys();
  useStepCommands();
  return null;
}
