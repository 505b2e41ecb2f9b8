import type * as Monaco from "monaco-editor/editor/editor.api.js";
import type * as Y from "yjs";
import type { SharedField } from "../inspector/sharedText.ts";

/**
 * Ties an editor's model to a shared text, letter by letter, both ways. (y-monaco imports paths that monaco-editor no longer has.)
 * Returns how to untie. The text may be missing until the first letter is typed.
 */
export function bindMonaco(editor: Monaco.editor.IStandaloneCodeEditor, current: () => SharedField): Binding {
  const model = editor.getModel();
  if (model === null) return { rebind: () => {}, close: () => {} };
  // Offsets in the model and in the text must mean the same letter.
  model.setEOL(0);
  let ours = false;
  let bound: Y.Text | undefined;

  const onRemote = (event: Y.YTextEvent) => {
    if (ours) return;
    ours = true;
    model.applyEdits(editsOf(model, event.delta));
    ours = false;
  };
  const rebind = () => {
    const { text, value } = current();
    if (text !== bound) {
      bound?.unobserve(onRemote);
      bound = text;
      text?.observe(onRemote);
    }
    if (ours || model.getValue() === value) return;
    ours = true;
    model.setValue(value);
    ours = false;
  };
  const local = model.onDidChangeContent((event) => {
    if (ours) return;
    ours = true;
    current().write?.((text) => {
      // The first letter makes the text, with what the model had before: then only the change itself is missing.
      const changes = [...event.changes].sort((a, b) => b.rangeOffset - a.rangeOffset);
      for (const change of changes) {
        if (change.rangeLength > 0) text.delete(change.rangeOffset, change.rangeLength);
        if (change.text !== "") text.insert(change.rangeOffset, change.text.replaceAll("\r\n", "\n"));
      }
    });
    ours = false;
  });
  rebind();

  return {
    rebind,
    close() {
      local.dispose();
      bound?.unobserve(onRemote);
    },
  };
}

export interface Binding {
  /** Call it when the field has got its text, or another one. */
  readonly rebind: () => void;
  readonly close: () => void;
}

function editsOf(
  model: Monaco.editor.ITextModel,
  delta: Y.YTextEvent["delta"],
): Monaco.editor.IIdentifiedSingleEditOperation[] {
  const edits: Monaco.editor.IIdentifiedSingleEditOperation[] = [];
  // Places in the model as it is: a deletion moves on in it, an insertion does not.
  let at = 0;
  for (const { retain, insert, delete: removed } of delta) {
    if (retain !== undefined) at += retain;
    else if (typeof insert === "string") {
      edits.push({ range: rangeOf(model, at, at), text: insert });
    } else if (removed !== undefined) {
      edits.push({ range: rangeOf(model, at, at + removed), text: "" });
      at += removed;
    }
  }
  return edits;
}

function rangeOf(model: Monaco.editor.ITextModel, from: number, to: number): Monaco.IRange {
  const start = model.getPositionAt(from);
  const end = model.getPositionAt(to);
  return {
    startLineNumber: start.lineNumber,
    startColumn: start.column,
    endLineNumber: end.lineNumber,
    endColumn: end.column,
  };
}
