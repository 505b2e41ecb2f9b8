import type { Graph } from "#src/schemas/graph.ts";

/** Whether two graphs have the same steps and connections, whatever their names, places and settings. */
export function sameShape(a: Graph, b: Graph): boolean {
  const [left, right] = [partsOf(a), partsOf(b)];
  return left.size === right.size && [...left].every((part) => right.has(part));
}

function partsOf({ nodes, edges }: Graph): Set<string> {
  return new Set([
    ...nodes.map(({ id, agent }) => `${id} ${agent}`),
    ...edges.map(({ source, sourcePort, target, targetPort }) => `${source}.${sourcePort}>${target}.${targetPort}`),
  ]);
}
