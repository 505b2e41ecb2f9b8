import type { AgentDefinition } from "#src/agents/agent.ts";
import type { Catalogue } from "#src/agents/catalogue.ts";
import { compile } from "#src/graph/compile.ts";
import type { Diagnostic } from "#src/schemas/diagnostic.ts";
import type { Graph } from "#src/schemas/graph.ts";
import { fieldSpecs } from "./inspector/fieldSpecs.ts";

/** What is wrong with a workflow, in the words of the inspector. In a chunk of its own: it takes the expression parser. */
export function checkWorkflow(graph: Graph, catalogue: Catalogue): readonly Diagnostic[] {
  const agents = new Map(graph.nodes.map((node) => [node.id as string, node.agent]));
  return compile(graph, catalogue).diagnostics.map((diagnostic) => {
    const { nodeId, field, message } = diagnostic;
    const definition = nodeId === undefined ? undefined : catalogue.get(agents.get(nodeId) ?? "");
    if (field === undefined || definition === undefined) return diagnostic;
    return { ...diagnostic, message: message.replace(`“${field}”`, `“${titleOf(definition, field)}”`) };
  });
}

/** A setting as the inspector names it: `fields.0.name` is "Fields 1, Name". */
export function titleOf(definition: AgentDefinition, field: string): string {
  let specs = fieldSpecs(definition);
  let title = "";
  for (const part of field.split(".")) {
    const spec = specs.find((each) => each.name === part);
    if (spec !== undefined) specs = spec.items;
    const word = spec?.title ?? part;
    if (/^\d+$/.test(part)) title += ` ${Number(part) + 1}`;
    else title += title === "" ? word : `, ${word}`;
  }
  return title;
}
