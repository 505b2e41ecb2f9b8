import type { AgentDefinition } from "../agents/agent.ts";
import { templatedFields } from "../agents/fieldMeta.ts";
import type { StepKey } from "../schemas/executionEvent.ts";
import type { Graph, GraphEdge, GraphNode } from "../schemas/graph.ts";
import { defaultRetryPolicy } from "../schemas/retryPolicy.ts";
import type { CheckedConfig } from "./checkConfig.ts";
import type { GraphIndex } from "./graphIndex.ts";
import type { Plan, PlannedEdge, PlannedNode } from "./plan.ts";
import type { Ancestry } from "./topology.ts";

/** The kind whose nodes give the execution's output. */
const outputKind = "output";

export interface CheckedGraph {
  readonly graph: Graph;
  readonly index: GraphIndex;
  readonly order: readonly GraphNode[];
  readonly ancestry: Ancestry | null;
  readonly configs: ReadonlyMap<string, CheckedConfig>;
  readonly definitionOf: (node: GraphNode) => AgentDefinition | undefined;
}

/** The plan of a graph that `compile` found no error in. */
export function buildPlan(checked: CheckedGraph): Plan {
  const place = new Map<string, number>(checked.order.map((node, at) => [node.id, at]));
  const edges = new Map<GraphEdge, PlannedEdge>();
  for (const edge of checked.graph.edges) {
    const source = place.get(edge.source);
    const target = place.get(edge.target);
    if (source === undefined || target === undefined) continue;
    edges.set(edge, { id: edge.id, source, target, sourcePort: edge.sourcePort, targetPort: edge.targetPort });
  }
  const planned = (list: readonly GraphEdge[] = []) => list.flatMap((edge) => edges.get(edge) ?? []);
  const nodes = checked.order.flatMap((node, index): PlannedNode[] => {
    const definition = checked.definitionOf(node);
    if (definition === undefined) return [];
    return [
      {
        index,
        id: node.id,
        // Inside containers the iteration path follows; outside, a step is its node.
        stepKey: node.id as string as StepKey,
        key: node.key,
        name: node.name,
        definition,
        inputs: new Map(definition.inputs.map((port) => [port.name, port])),
        outputs: new Map(definition.outputs.map((port) => [port.name, port])),
        config: node.config,
        fields: templatedFields(definition.config),
        ready: checked.configs.get(node.id)?.ready ?? null,
        reads: readsOf(node, checked, place),
        inbound: planned(checked.index.inbound.get(node.id)),
        outbound: planned(checked.index.outbound.get(node.id)),
        retry: node.retry ?? defaultRetryPolicy,
        timeoutMs: node.timeoutMs ?? null,
        disabled: node.disabled === true,
      },
    ];
  });
  return {
    nodes,
    byStepKey: new Map(nodes.map((node) => [node.stepKey, node])),
    results: resultsOf(nodes),
    timeoutMs: checked.graph.settings.timeoutMs,
  };
}

function readsOf(node: GraphNode, checked: CheckedGraph, place: ReadonlyMap<string, number>): readonly number[] {
  const reads = checked.configs.get(node.id)?.reads ?? "all";
  if (reads === "all") return checked.ancestry?.ancestors(node.id) ?? [];
  return [...reads].flatMap((id) => place.get(id) ?? []).sort((one, other) => one - other);
}

function resultsOf(nodes: readonly PlannedNode[]): Plan["results"] {
  const outputs = nodes.filter((node) => node.definition.kind === outputKind);
  if (outputs.length > 0) return { kind: "outputs", nodes: outputs };
  return { kind: "ends", nodes: nodes.filter((node) => node.outbound.length === 0) };
}
