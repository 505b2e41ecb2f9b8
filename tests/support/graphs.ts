import type { GraphInput } from "#src/schemas/graph.ts";

/** Input straight to Output: the smallest workflow that runs. */
export function echoGraph(): GraphInput {
  return {
    nodes: [
      {
        id: "in" as never,
        key: "input",
        agent: "input",
        name: "Input",
        position: { x: 0, y: 0 },
        config: { fields: [] },
      },
      { id: "out" as never, key: "output", agent: "output", name: "Output", position: { x: 300, y: 0 }, config: {} },
    ],
    edges: [
      { id: "e1" as never, source: "in" as never, sourcePort: "value", target: "out" as never, targetPort: "value" },
    ],
  };
}
