import type { Graph } from "#src/schemas/graph.ts";
import type { PortNames } from "./geometry.ts";

/** The ports of one node that have an edge. */
export interface EndNames extends PortNames {
  /** All of them in one string: equal sets give equal strings. */
  readonly named: string;
}

export const noEnds: EndNames = { inputs: [], outputs: [], innerInputs: [], innerOutputs: [], named: "" };

const known = new WeakMap<Graph, ReadonlyMap<string, EndNames>>();

/** By node; a node without edges is absent. Asked for with every move of a drag: the same graph gives the same map. */
export function connectedPorts(graph: Graph): ReadonlyMap<string, EndNames> {
  const found = known.get(graph) ?? gatherNames(graph);
  known.set(graph, found);
  return found;
}

function gatherNames(graph: Graph): ReadonlyMap<string, EndNames> {
  const parents = new Map<string, string | undefined>(graph.nodes.map(({ id, parent }) => [id, parent]));
  const names = new Map<string, Record<keyof PortNames, Set<string>>>();
  const at = (id: string) => {
    const found = names.get(id) ?? {
      inputs: new Set(),
      outputs: new Set(),
      innerInputs: new Set(),
      innerOutputs: new Set(),
    };
    names.set(id, found);
    return found;
  };
  for (const edge of graph.edges) {
    const isEntry = parents.get(edge.target) === edge.source;
    const isResult = parents.get(edge.source) === edge.target;
    at(edge.source)[isEntry ? "innerOutputs" : "outputs"].add(edge.sourcePort);
    at(edge.target)[isResult ? "innerInputs" : "inputs"].add(edge.targetPort);
  }
  return new Map(
    Array.from(names, ([id, { inputs, outputs, innerInputs, innerOutputs }]) => {
      const sets = [inputs, outputs, innerInputs, innerOutputs];
      const named = sets.map((set) => [...set].sort().join(",")).join(";");
      return [
        id,
        {
          inputs: [...inputs],
          outputs: [...outputs],
          innerInputs: [...innerInputs],
          innerOutputs: [...innerOutputs],
          named,
        },
      ];
    }),
  );
}
