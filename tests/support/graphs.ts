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

/** Input, the offline model on what arrives, Output: streams for about as long as the text is. */
export function streamingGraph(): GraphInput {
  const { nodes, edges } = echoGraph();
  const model = {
    id: "model" as never,
    key: "model",
    agent: "llm",
    name: "Model",
    position: { x: 150, y: 0 },
    config: { provider: "offline", prompt: "List the twenty points of this text." },
  };
  const [edge] = edges;
  if (edge === undefined) throw new Error("echoGraph has an edge");
  return {
    nodes: [...nodes, model],
    edges: [
      { ...edge, target: model.id, targetPort: "context" },
      { ...edge, id: "e2" as never, source: model.id, sourcePort: "text" },
    ],
  };
}

/** Input, a model of the test's own server, Output. */
export function modelGraph(): GraphInput {
  const graph = streamingGraph();
  for (const node of graph.nodes)
    if (node.agent === "llm") node.config = { provider: "compatible", model: "test", prompt: "Go on." };
  return graph;
}

/** Text of so many sentences, no two alike. */
export const longText = (sentences: number): string =>
  Array.from(
    { length: sentences },
    (_, at) => `Sentence ${at} tells of the ${at * 37} boats in harbour ${at + 3}.`,
  ).join("\n");
