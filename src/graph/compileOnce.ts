import type { Catalogue } from "../agents/catalogue.ts";
import type { Graph } from "../schemas/graph.ts";
import { type Compiled, compile } from "./compile.ts";

const known = new WeakMap<Graph, WeakMap<Catalogue, Compiled>>();

/**
 * `compile`, once for each graph object: for the graphs of versions, which nobody changes. Who accepts an execution and who runs
 * it then share one plan.
 */
export function compileOnce(graph: Graph, catalogue: Catalogue): Compiled {
  const ofGraph = known.get(graph) ?? new WeakMap<Catalogue, Compiled>();
  const compiled = ofGraph.get(catalogue) ?? compile(graph, catalogue);
  known.set(graph, ofGraph.set(catalogue, compiled));
  return compiled;
}
