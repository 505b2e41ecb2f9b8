import type { AgentDefinition } from "#src/agents/agent.ts";
import { inputForm } from "#src/agents/input/form.ts";
import { portsOf } from "#src/agents/ports.ts";
import type { ExecutionState } from "#src/engine/state.ts";
import { upstreamOf } from "#src/graph/topology.ts";
import { isJsonObject, type JsonValue } from "#src/json.ts";
import type { PortDefinition } from "#src/schemas/agent.ts";
import type { Graph, GraphNode } from "#src/schemas/graph.ts";

/** Something a field may refer to. */
export interface ReferenceChoice {
  /** Without braces: `steps.analyze.report`. */
  readonly path: string;
  readonly label: string;
  /** Name of the node (or "This run") under which it is listed. */
  readonly group: string;
  readonly depth: number;
  /** What it was in the latest execution; undefined when it has not run. */
  readonly last: JsonValue | undefined;
}

interface Sources {
  readonly graph: Graph;
  readonly definitions: (kind: string) => AgentDefinition | undefined;
  /** The latest execution, if there is one. */
  readonly state: ExecutionState | null;
}

/** Most members of one value that are offered: a list of a thousand findings is not a menu. */
const mostMembers = 12;

/** Everything upstream of a node, the nearest first, then the run itself. Known values are opened one level. */
export function referenceChoices({ graph, definitions, state }: Sources, nodeId: string): ReferenceChoice[] {
  const upstream = [...upstreamOf(graph, nodeId)].reverse();
  const choices = upstream.flatMap((node) =>
    outputsOf(node, definitions).flatMap((port) => {
      const path = `steps.${node.key}.${port.name}`;
      const last = state?.steps[node.id]?.outputs?.[port.name];
      return [
        { path, label: port.label, group: node.name, depth: 0, last },
        ...(last === undefined ? declared(node) : members(last)).map(([name, value]) => ({
          path: `${path}.${name}`,
          label: name,
          group: node.name,
          depth: 1,
          last: value,
        })),
      ];
    }),
  );
  const run = { group: "This run", depth: 0 };
  return [
    ...choices,
    { ...run, path: "execution.input", label: "Input", last: state?.input },
    { ...run, path: "execution.id", label: "Id", last: undefined },
  ];
}

function outputsOf(node: GraphNode, definitions: Sources["definitions"]): readonly PortDefinition[] {
  const definition = definitions(node.agent);
  return definition === undefined ? [] : portsOf(definition, node).outputs;
}

/** Before the first run an Input tells by its fields what it will hold. */
function declared(node: GraphNode): [string, undefined][] {
  return inputForm({ nodes: [node] }).map((field) => [field.name, undefined]);
}

function members(value: JsonValue | undefined): [string, JsonValue][] {
  if (!isJsonObject(value)) return [];
  return Object.entries(value)
    .filter(([name]) => /^[A-Za-z_][A-Za-z0-9_]*$/.test(name))
    .slice(0, mostMembers);
}

/** A value in one short line. */
export function brief(value: JsonValue): string {
  const line = (typeof value === "string" ? value : JSON.stringify(value)).replace(/\s+/g, " ");
  return line.length > 80 ? `${line.slice(0, 80)}…` : line;
}
