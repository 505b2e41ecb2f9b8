import type { KeyedStore } from "#client/canvas/keyedStore.ts";
import type { Catalogue } from "#src/agents/catalogue.ts";
import type { GraphReader } from "#src/document/graphReader.ts";
import type { Diagnostic } from "#src/schemas/diagnostic.ts";
import type { Graph } from "#src/schemas/graph.ts";
import type { checkWorkflow } from "./checkWorkflow.ts";
import type { DiagnosticList } from "./EditorContext.ts";

/** Typing must not wait for the compiler. */
const quietMs = 150;

interface Checking {
  readonly reader: GraphReader;
  readonly catalogue: Catalogue;
  /** Told beside the list itself, so that a card hears only of its own. */
  readonly byNode: KeyedStore<readonly Diagnostic[]>;
}

/** Compiles the document a moment after each change, with the compiler that the server uses before a run. */
export function createDiagnosticList({
  reader,
  catalogue,
  byNode,
}: Checking): DiagnosticList & { readonly close: () => void } {
  const listeners = new Set<() => void>();
  let checker: typeof checkWorkflow | null = null;
  let compiled: Graph | null = null;
  let diagnostics: readonly Diagnostic[] = [];
  let timer: ReturnType<typeof setTimeout> | null = null;

  const check = () => {
    timer = null;
    const { graph } = reader.read();
    if (checker === null || graph === compiled) return;
    compiled = graph;
    diagnostics = checker(graph, catalogue);
    byNode.replace(groupByNode(diagnostics));
    for (const listener of [...listeners]) listener();
  };
  const stop = reader.subscribe(() => {
    if (timer !== null) clearTimeout(timer);
    timer = setTimeout(check, quietMs);
  });

  return {
    read: () => diagnostics,
    known: () => compiled !== null,
    begin: async () => {
      checker ??= (await import("./checkWorkflow.ts")).checkWorkflow;
      check();
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close() {
      if (timer !== null) clearTimeout(timer);
      stop();
      listeners.clear();
    },
  };
}

function groupByNode(diagnostics: readonly Diagnostic[]): Map<string, readonly Diagnostic[]> {
  const groups = new Map<string, Diagnostic[]>();
  for (const diagnostic of diagnostics) {
    if (diagnostic.nodeId === undefined) continue;
    const group = groups.get(diagnostic.nodeId) ?? [];
    group.push(diagnostic);
    groups.set(diagnostic.nodeId, group);
  }
  return groups;
}
