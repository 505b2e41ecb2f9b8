import type { AgentDefinition } from "../agents/agent.ts";
import { templatedFields } from "../agents/fieldMeta.ts";
import { retryOf, timeoutOf } from "../agents/policies.ts";
import { portsOf } from "../agents/ports.ts";
import type { StepOutputs } from "../schemas/executionEvent.ts";
import type { Graph, GraphEdge, GraphNode } from "../schemas/graph.ts";
import type { CheckedConfig } from "./checkConfig.ts";
import { type Body, fromContainer, type Plan, type PlannedEdge, type PlannedNode, type Read } from "./plan.ts";
import { allScopes, type Reach, type ScopeGraph } from "./scopes.ts";

/** The kind whose nodes give the execution's output. */
const outputKind = "output";

export interface CheckedGraph {
  readonly graph: Graph;
  readonly root: ScopeGraph;
  readonly reach: Reach | null;
  readonly configs: ReadonlyMap<string, CheckedConfig>;
  readonly definitionOf: (node: GraphNode) => AgentDefinition | undefined;
}

/** The plan of a graph that `compile` found no error in. */
export function buildPlan(checked: CheckedGraph): Plan {
  const place = new Map<string, number>();
  for (const scope of allScopes(checked.root))
    for (const [at, node] of scope.topology.order.entries()) place.set(node.id, at);
  const places = new Map<string, readonly PlannedNode[]>();
  const plan = planOf(checked.root, { ...checked, place, isContained: false });
  const visit = (inner: Plan, around: readonly PlannedNode[]): void => {
    for (const node of inner.nodes) {
      places.set(node.id, [...around, node]);
      if (node.body !== null) visit(node.body.plan, [...around, node]);
    }
  };
  visit(plan, []);
  return { ...plan, places };
}

interface Building extends CheckedGraph {
  /** Of each node in its own scope's order. */
  readonly place: ReadonlyMap<string, number>;
  /** A container around the scope takes what fails in it. */
  readonly isContained: boolean;
}

const noPlaces: Plan["places"] = new Map();

function planOf(scope: ScopeGraph, building: Building): Plan {
  const { settings } = building.graph;
  const nodes = scope.topology.order.flatMap((node, index) => plannedNode({ node, index, scope }, building) ?? []);
  return {
    nodes,
    places: noPlaces,
    results: resultsOf(nodes),
    timeoutMs: settings.timeoutMs,
    budget: settings.budget ?? {},
  };
}

interface At {
  readonly node: GraphNode;
  readonly index: number;
  readonly scope: ScopeGraph;
}

function plannedNode({ node, index, scope }: At, building: Building): PlannedNode | null {
  const definition = building.definitionOf(node);
  if (definition === undefined) return null;
  const { inputs, outputs } = portsOf(definition, node);
  const entries = scope.entries.filter((edge) => edge.target === node.id);
  const inbound = [
    ...entries.map((edge) => planned(edge, fromContainer, building)),
    ...(scope.index.inbound.get(node.id) ?? []).map((edge) => planned(edge, null, building)),
  ];
  const shared = {
    index,
    id: node.id,
    key: node.key,
    name: node.name,
    config: node.config,
    ready: building.configs.get(node.id)?.ready ?? null,
    reads: readsOf(node, building),
    retry: retryOf(definition, node),
    timeoutMs: timeoutOf(definition, node),
    ownTimeoutMs: node.timeoutMs ?? null,
    budget: node.budget ?? null,
    disabled: node.disabled === true,
    onError: node.onError ?? "fail",
    defaultOutputs: (node.defaultOutputs ?? {}) as StepOutputs,
    contained: building.isContained,
  };
  const base: PlannedNode = {
    ...shared,
    definition,
    inputs: new Map(inputs.map((port) => [port.name, port])),
    outputs: new Map(outputs.map((port) => [port.name, port])),
    fields: templatedFields(definition.config),
    inbound,
    outbound: (scope.index.outbound.get(node.id) ?? []).map((edge) => planned(edge, null, building)),
    join: definition.join?.(node.config) ?? { kind: "all" },
    body: null,
  };
  return { ...base, body: bodyOf(base, scope, building) };
}

function planned(edge: GraphEdge, source: number | null, { place }: Building): PlannedEdge {
  return {
    id: edge.id,
    source: source ?? place.get(edge.source) ?? 0,
    target: place.get(edge.target) ?? 0,
    sourcePort: edge.sourcePort,
    targetPort: edge.targetPort,
  };
}

function bodyOf(container: PlannedNode, scope: ScopeGraph, building: Building): Body | null {
  const { body } = container.definition;
  const inner = scope.inner.find((each) => each.container?.id === container.id);
  if (body === undefined || inner === undefined) return null;
  const takes = body.takesFailures(container.config) || container.onError !== "fail" || building.isContained;
  return {
    plan: planOf(inner, { ...building, isContained: takes }),
    results: inner.results.map((edge) => ({
      source: building.place.get(edge.source) ?? 0,
      sourcePort: edge.sourcePort,
    })),
    check: body.check === undefined ? null : checkOf(container, body.check, takes),
  };
}

/** The check has the container's settings, and its failure is one of the body. */
function checkOf(container: PlannedNode, definition: AgentDefinition, contained: boolean): PlannedNode {
  return {
    ...container,
    definition,
    inputs: new Map(definition.inputs.map((port) => [port.name, port])),
    outputs: new Map(definition.outputs.map((port) => [port.name, port])),
    inbound: [],
    outbound: [],
    join: { kind: "all" },
    onError: "fail",
    defaultOutputs: {},
    contained,
    body: null,
  };
}

function readsOf(node: GraphNode, { configs, reach, place }: Building): readonly Read[] {
  const reads = configs.get(node.id)?.reads ?? "all";
  const before = reach?.before(node) ?? [];
  return before
    .filter((each) => reads === "all" || reads.has(each.node.id))
    .map((each) => ({ up: each.up, index: place.get(each.node.id) ?? 0 }));
}

function resultsOf(nodes: readonly PlannedNode[]): Plan["results"] {
  const outputs = nodes.filter((node) => node.definition.kind === outputKind);
  if (outputs.length > 0) return { kind: "outputs", nodes: outputs };
  return { kind: "ends", nodes: nodes.filter((node) => node.outbound.length === 0) };
}
