import { expect, test } from "bun:test";
import { sameShape } from "#client/components/workflow/sameShape.ts";
import { graph as graphSchema } from "#src/schemas/graph.ts";

const node = (id: string, agent: string) => ({ id, key: id, agent, name: id, position: { x: 0, y: 0 }, config: {} });
const nodes = [node("in", "input"), node("out", "output")];
const edges = [{ id: "e", source: "in", sourcePort: "value", target: "out", targetPort: "value" }];
const drawn = graphSchema.parse({ nodes, edges });

test("moving, renaming and other settings leave a workflow's shape", () => {
  const moved = nodes.map((each) => ({ ...each, name: "Other", position: { x: 99, y: 9 }, config: { a: 1 } }));
  expect(sameShape(drawn, graphSchema.parse({ nodes: moved, edges }))).toBe(true);
});

test("a step or a connection more, less or other is another shape", () => {
  expect(sameShape(drawn, graphSchema.parse({ nodes, edges: [] }))).toBe(false);
  expect(sameShape(drawn, graphSchema.parse({ nodes: [...nodes, node("c", "llm")], edges }))).toBe(false);
  expect(sameShape(drawn, graphSchema.parse({ nodes: [node("in", "input"), node("out", "llm")], edges }))).toBe(false);
});
