import type { KeyedStore } from "#client/canvas/keyedStore.ts";
import type { Catalogue } from "#src/agents/catalogue.ts";
import type { GraphReader } from "#src/document/graphReader.ts";
import { compile } from "#src/graph/compile.ts";
import type { Diagnostic } from "#src/schemas/diagnostic.ts";
import type { Graph } from "#src/schemas/graph.ts";
import type { DiagnosticList } from "./EditorContext.ts";

/** Typing must not wait for the compiler. */
const quietMs = 150;

/** Compiles the document a moment after each change, with the compiler that the server uses before a run. */
export function createDiagnosticList(
  reader: GraphReader,
  catalogue: Catalogue,
  byNode: KeyedStore<readonly Diagnostic[]>,
): DiagnosticList & { readonly close: () => void } {
  const listeners = new Set<() => void>();
  let compiled: Graph | null = null;
  let diagnostics: readonly Diagnostic[] = [];
  let timer: ReturnType<typeof setTimeout> | null = null;

  const check = () => {
    timer = null;
    const { graph } = reader.read();
    if (graph === compiled) return;
    compiled = graph;
    diagnostics = compile(graph, catalogue).diagnostics;
    byNode.replace(groupByNode(diagnostics));
    for (const listener of [...listeners]) listener();
  };
  const stop = reader.subscribe(() => {
    if (timer !== null) clearTimeout(timer);
    timer = setTimeout(check, quietMs);
  });
  check();

  return {
    read: () => diagnostics,
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
