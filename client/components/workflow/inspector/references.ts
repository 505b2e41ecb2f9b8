import { showBytes } from "#client/components/ui/format.ts";
import type { AgentDefinition } from "#src/agents/agent.ts";
import { inputForm } from "#src/agents/input/form.ts";
import { portsOf } from "#src/agents/ports.ts";
import type { ExecutionState } from "#src/engine/state.ts";
import { containersOf, upstreamOf } from "#src/graph/topology.ts";
import { isJsonObject, type JsonValue } from "#src/json.ts";
import type { PortDefinition } from "#src/schemas/agent.ts";
import type { StepOutputs } from "#src/schemas/executionEvent.ts";
import type { Graph, GraphNode } from "#src/schemas/graph.ts";
import { isReference, isWrapped } from "#src/schemas/payload.ts";

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

/**
 * Everything upstream of a node, the nearest first, in a container what its iteration is about, then the run itself. Known values
 * are opened one level.
 */
export function referenceChoices({ graph, definitions, state }: Sources, nodeId: string): ReferenceChoice[] {
  const upstream = [...upstreamOf(graph, nodeId)].reverse();
  const choices = upstream.flatMap((node) =>
    outputsOf(node, definitions).flatMap((port) => {
      const path = `steps.${node.key}.${port.name}`;
      const last = outputsIn(state, node)?.[port.name];
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
    ...iterationChoices({ graph, definitions, state }, nodeId),
    { ...run, path: "execution.input", label: "Input", last: state?.input },
    { ...run, path: "execution.id", label: "Id", last: undefined },
  ];
}

/** In a container: those of some iteration. */
function outputsIn(state: ExecutionState | null, node: GraphNode): StepOutputs | null {
  if (state === null) return null;
  const own = state.steps[node.id]?.outputs;
  if (own !== undefined || node.parent === undefined) return own ?? null;
  return state.steps[`${node.id}/0`]?.outputs ?? null;
}

function iterationChoices({ graph, definitions, state }: Sources, nodeId: string): ReferenceChoice[] {
  return containersOf(graph, nodeId).flatMap((container, outward) => {
    const root = ["iteration", ...Array<string>(outward).fill("outer")].join(".");
    const [item] = state?.steps[container.id]?.iteration?.items ?? [];
    // One that stands for many is none of them.
    const first = isReference(item) && item.items !== undefined ? undefined : item;
    return (definitions(container.agent)?.body?.outputs ?? []).flatMap((port) => {
      const last = port.name === "index" ? undefined : first;
      const group = `Each iteration of ${container.name}`;
      return [
        { path: `${root}.${port.name}`, label: port.label, group, depth: 0, last },
        ...members(last).map(([name, value]) => ({
          path: `${root}.${port.name}.${name}`,
          label: name,
          group,
          depth: 1,
          last: value,
        })),
      ];
    });
  });
}

function outputsOf(node: GraphNode, definitions: Sources["definitions"]): readonly PortDefinition[] {
  const definition = definitions(node.agent);
  return definition === undefined ? [] : portsOf(definition, node).outputs;
}

/** Before the first run an Input tells by its fields what it will hold. */
function declared(node: GraphNode): [string, undefined][] {
  return inputForm({ nodes: [node] }).map((field) => [field.name, undefined]);
}

function members(shown: JsonValue | undefined): [string, JsonValue][] {
  const value = isWrapped(shown) ? shown.value : shown;
  if (!isJsonObject(value) || isReference(value)) return [];
  return Object.entries(value)
    .filter(([name]) => /^[A-Za-z_][A-Za-z0-9_]*$/.test(name))
    .slice(0, mostMembers);
}

/** A value as a run shows it in one short line; of a large one how it begins, and its size. */
export function brief(shown: JsonValue): string {
  if (isReference(shown)) return `${showBytes(shown.bytes)}: ${shown.preview.slice(0, 60).replace(/\s+/g, " ")}…`;
  const value = isWrapped(shown) ? shown.value : shown;
  const line = (typeof value === "string" ? value : JSON.stringify(value)).replace(/\s+/g, " ");
  return line.length > 80 ? `${line.slice(0, 80)}…` : line;
}
