import { z } from "zod";
import { defineAgent } from "#src/agents/agent.ts";
import { type Catalogue, catalogueOf } from "#src/agents/catalogue.ts";
import { registry } from "#src/agents/registry.ts";
import type { Editing } from "#src/document/editing.ts";
import { createDocument } from "#src/document/fromGraph.ts";
import { type GraphInput, graph } from "#src/schemas/graph.ts";
import { counter } from "./fixtures.ts";

const port = (name: string, type: "any" | "list" | "number" = "any") => ({ name, label: name, type, description: "" });

/** A container with one inner way through, and a step that has the ports its settings name. */
const container = defineAgent({
  kind: "container",
  label: "Container",
  description: "",
  category: "flow",
  icon: "repeat",
  inputs: [port("items", "list")],
  outputs: [port("results", "list")],
  body: { outputs: [port("item"), port("index", "number")], inputs: [port("result")], takesFailures: () => false },
  config: z.object({}),
  defaults: {},
  summary: () => "",
});

export const withContainers: Catalogue = catalogueOf([...Object.values(registry), container]);

/** In -> Each [ Ask -> Check ] -> Out, and a step beside. */
export const containerGraph = () =>
  graph.parse({
    nodes: [
      { id: "in", key: "input", agent: "input", name: "Input", position: { x: 0, y: 0 }, config: {} },
      {
        id: "each",
        key: "each",
        agent: "container",
        name: "Each",
        position: { x: 400, y: 100 },
        size: { width: 960, height: 400 },
        config: {},
      },
      { id: "ask", key: "ask", agent: "llm", name: "Ask", position: { x: 120, y: 140 }, parent: "each", config: {} },
      {
        id: "check",
        key: "check",
        agent: "condition",
        name: "Check",
        position: { x: 440, y: 140 },
        parent: "each",
        config: { expression: "steps.ask.text = 'x'" },
      },
      { id: "out", key: "output", agent: "output", name: "Output", position: { x: 1400, y: 0 }, config: {} },
    ] satisfies unknown[],
    edges: [
      { id: "e1", source: "in", sourcePort: "value", target: "each", targetPort: "items" },
      { id: "e2", source: "each", sourcePort: "item", target: "ask", targetPort: "context" },
      { id: "e3", source: "ask", sourcePort: "text", target: "check", targetPort: "value" },
      { id: "e4", source: "check", sourcePort: "true", target: "each", targetPort: "result" },
      { id: "e5", source: "each", sourcePort: "results", target: "out", targetPort: "value" },
    ],
  } as GraphInput);

/** One person at a document that shows it. */
export function containerEditing(): Editing {
  const doc = createDocument(containerGraph(), withContainers);
  return { doc, origin: {}, newId: counter("n"), catalogue: withContainers };
}
