import { useEffect } from "react";
import { useEditor } from "./EditorContext.ts";

/** Copy, cut and paste by the browser's own events: they need no permission and work on plain http too. */
export function useClipboardKeys(): void {
  const { actions } = useEditor();
  useEffect(() => {
    if (actions === null) return;
    const onCopy = (event: ClipboardEvent) => {
      const text = isElsewhere(event) ? null : actions.copySelected();
      if (text === null) return;
      event.clipboardData?.setData("text/plain", text);
      event.preventDefault();
      if (event.type === "cut") actions.removeSelected(false);
    };
    const onPaste = (event: ClipboardEvent) => {
      const text = event.clipboardData?.getData("text/plain") ?? "";
      if (isElsewhere(event) || text.trim() === "") return;
      event.preventDefault();
      actions.paste(text, null);
    };
    document.addEventListener("copy", onCopy);
    document.addEventListener("cut", onCopy);
    document.addEventListener("paste", onPaste);
    return () => {
      document.removeEventListener("copy", onCopy);
      document.removeEventListener("cut", onCopy);
      document.removeEventListener("paste", onPaste);
    };
  }, [actions]);
}

/** In a field, in a dialog, or with text selected the event is about that text. */
function isElsewhere({ target }: ClipboardEvent): boolean {
  if (
    target instanceof Element &&
    target.closest("input, textarea, [contenteditable], .monaco-editor, [role=dialog]")
  ) {
    return true;
  }
  return (document.getSelection()?.toString() ?? "") !== "";
}
