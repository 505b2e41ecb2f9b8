import type { Catalogue } from "#src/agents/catalogue.ts";
import { AppError } from "#src/errors.ts";
import { compile } from "#src/graph/compile.ts";
import type { Diagnostic, DiagnosticCode } from "#src/schemas/diagnostic.ts";
import type { Graph } from "#src/schemas/graph.ts";

/** What a draft may not have either: a document could not hold it, or would hold something else. */
const unstorable: ReadonlySet<DiagnosticCode> = new Set([
  "duplicate_node_id",
  "duplicate_key",
  "dangling_edge",
  "too_many_nodes",
]);
const shown = 50;

/** Errors are first, so the message names one. At most 50 places travel. */
export function invalidGraph(diagnostics: readonly Diagnostic[]): AppError {
  const first = diagnostics.find((diagnostic) => diagnostic.severity === "error");
  const list = diagnostics.slice(0, shown).map((diagnostic) => ({ ...(diagnostic as Record<string, string>) }));
  return new AppError("invalid_graph", first?.message ?? "The graph has errors.", { detail: { diagnostics: list } });
}

/** Drafts may be unfinished, but not contradictory. Errors: invalid_graph with the places at fault. */
export function requireStorable(graph: Graph, catalogue: Catalogue): void {
  const found = compile(graph, catalogue).diagnostics.filter((diagnostic) => unstorable.has(diagnostic.code));
  if (found.length > 0) throw invalidGraph(found);
}
