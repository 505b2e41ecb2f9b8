import type { createStore } from "jotai";
import type { RefObject } from "react";
import type { CanvasServices, FrameRun, NodeRun, NodeVisitor } from "#client/canvas/canvasContext.ts";
import type { CanvasHandle } from "#client/canvas/canvasHandle.ts";
import { withIteration } from "#client/canvas/iterations.ts";
import { createKeyedStore } from "#client/canvas/keyedStore.ts";
import { nothingSelected } from "#client/canvas/selection.ts";
import {
  editorOverlayAtom,
  inspectorSheetAtom,
  iterationsAtom,
  selectionAtom,
  shownExecutionAtom,
} from "#client/stores/editor.ts";
import { openDocumentAtom } from "#client/stores/openDocument.ts";
import { createBroadcast } from "#client/stores/presence.ts";
import { openWorkflowDocument } from "#client/stores/workflowDocument.ts";
import { isSignedIn } from "#client/trpc.ts";
import { catalogue } from "#src/agents/registry.ts";
import type { Diagnostic } from "#src/schemas/diagnostic.ts";
import { createDiagnosticList } from "./diagnosticList.ts";
import type { EditorServices } from "./EditorContext.ts";
import { createEditorActions } from "./editorActions.ts";

/** Cursors of the others move in steps of this; the canvas smooths between them. */
const presenceMs = 60;

export interface OpenEditor extends EditorServices {
  readonly close: () => void;
}

/** Opens a workflow's document with everything that follows it. Whoever opens it closes it. */
export function openEditor(
  workflowId: string,
  options: { readonly editable: boolean; readonly store: ReturnType<typeof createStore> },
): OpenEditor {
  const { editable, store } = options;
  store.set(selectionAtom, nothingSelected);
  store.set(editorOverlayAtom, { kind: "none" });
  store.set(shownExecutionAtom, null);
  store.set(inspectorSheetAtom, false);

  const document = openWorkflowDocument(workflowId, isSignedIn);
  store.set(openDocumentAtom, document);
  const broadcast = createBroadcast(document.awareness, presenceMs);
  const problems = createKeyedStore<readonly Diagnostic[]>();
  const diagnostics = createDiagnosticList({ reader: document.reader, catalogue, byNode: problems });
  const canvas: RefObject<CanvasHandle | null> = { current: null };
  const actions = editable
    ? createEditorActions({
        document,
        definitions: catalogue.get,
        canvas,
        broadcast,
        selection: () => store.get(selectionAtom),
        select: (selection) => store.set(selectionAtom, selection),
        openPalette: (request) => store.set(editorOverlayAtom, { kind: "palette", request }),
      })
    : null;
  const keyed: CanvasServices = {
    actions,
    problems,
    runs: createKeyedStore<NodeRun>(),
    visitors: createKeyedStore<readonly NodeVisitor[]>(),
    pins: createKeyedStore<true>(),
    iterations: createKeyedStore<FrameRun>(),
    chooseIteration: (containerId, iteration) =>
      store.set(iterationsAtom, (before) => withIteration(before, containerId, iteration)),
  };

  return {
    workflowId,
    document,
    definitions: catalogue.get,
    canvas,
    actions,
    keyed,
    broadcast,
    diagnostics,
    close() {
      store.set(openDocumentAtom, (shown) => (shown === document ? null : shown));
      diagnostics.close();
      broadcast.close();
      document.close();
    },
  };
}
