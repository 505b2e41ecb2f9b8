import { createContext, type RefObject, useContext, useSyncExternalStore } from "react";
import type { CanvasServices } from "#client/canvas/canvasContext.ts";
import type { CanvasHandle } from "#client/canvas/canvasHandle.ts";
import type { Broadcast } from "#client/stores/presence.ts";
import type { WorkflowDocument } from "#client/stores/workflowDocument.ts";
import type { AgentDefinition } from "#src/agents/agent.ts";
import type { Diagnostic } from "#src/schemas/diagnostic.ts";
import type { Graph } from "#src/schemas/graph.ts";
import type { EditorActions } from "./editorActions.ts";

/** What every part of an open editor shares. The object stays the same while the editor is open. */
export interface EditorServices {
  readonly workflowId: string;
  readonly document: WorkflowDocument;
  readonly definitions: (kind: string) => AgentDefinition | undefined;
  readonly canvas: RefObject<CanvasHandle | null>;
  /** Null for who may only look. */
  readonly actions: EditorActions | null;
  readonly keyed: CanvasServices;
  readonly broadcast: Broadcast;
  readonly diagnostics: DiagnosticList;
}

export interface DiagnosticList {
  /** Loads the compiler and checks for the first time: when the canvas is drawn, not before. */
  readonly begin: () => Promise<void>;
  /** Whether the document was ever checked: until then an empty list says nothing. */
  readonly known: () => boolean;
  readonly read: () => readonly Diagnostic[];
  readonly subscribe: (listener: () => void) => () => void;
}

export const EditorContext = createContext<EditorServices | null>(null);

export function useEditor(): EditorServices {
  const services = useContext(EditorContext);
  if (services === null) throw new Error("useEditor is for parts of the editor");
  return services;
}

/** The document's graph now. Parts that did not change keep their identity. */
export function useGraph(): Graph {
  const { reader } = useEditor().document;
  return useSyncExternalStore(reader.subscribe, () => reader.read().graph);
}

export function useDiagnostics(): readonly Diagnostic[] {
  const { diagnostics } = useEditor();
  return useSyncExternalStore(diagnostics.subscribe, diagnostics.read);
}

/** False until the first check is done. */
export function useChecked(): boolean {
  const { diagnostics } = useEditor();
  return useSyncExternalStore(diagnostics.subscribe, diagnostics.known);
}
