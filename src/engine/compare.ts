import { indexGraph } from "../graph/graphIndex.ts";
import { topologyOf } from "../graph/topology.ts";
import type { JsonValue } from "../json.ts";
import type { ComparedStep, ExecutionComparison, StepSide } from "../schemas/comparison.ts";
import type { Graph, GraphNode } from "../schemas/graph.ts";
import { compareJson } from "./compareJson.ts";
import { type ExecutionState, type StepState, stepOf } from "./state.ts";
import { iterationPathOf, nodeIdOf } from "./stepKey.ts";
import { unitsOf } from "./units.ts";

/** One of two executions that are compared. */
export interface Compared {
  readonly graph: Graph;
  readonly state: ExecutionState;
}

export type Comparison = Omit<ExecutionComparison, "a" | "b">;

/**
 * Two executions held against each other, step by step, in an order in which a step comes after what it depends on: the first
 * step that differs is where they part, and what follows from it comes later. Times and tokens are told but are no difference.
 */
export function compareExecutions(a: Compared, b: Compared): Comparison {
  const steps = keysInOrder(a, b).map((stepKey) => compareSteps(stepKey, a, b));
  const first = steps.find((step) => !step.same);
  const input = compareJson(a.state.input, b.state.input);
  const output = compareJson(a.state.output ?? undefined, b.state.output ?? undefined);
  const statuses: Comparison["statuses"] = [a.state.status, b.state.status];
  const ends = statuses[0] === statuses[1] && output.differences.length === 0 && input.differences.length === 0;
  return {
    same: ends && first === undefined,
    statuses,
    input,
    output,
    steps,
    firstDifference: first?.stepKey ?? null,
  };
}

const nodeIn = ({ graph }: Compared, stepKey: string): GraphNode | undefined =>
  graph.nodes.find(({ id }) => id === nodeIdOf(stepKey));

function compareSteps(stepKey: string, a: Compared, b: Compared): ComparedStep {
  const [nodeA, nodeB] = [nodeIn(a, stepKey), nodeIn(b, stepKey)];
  const [stepA, stepB] = [stepOf(a.state, stepKey), stepOf(b.state, stepKey)];
  const settings = compareJson(settingsOf(nodeA), settingsOf(nodeB));
  const inputs = compareJson(stepA.inputs ?? undefined, stepB.inputs ?? undefined);
  const outputs = compareJson(stepA.outputs ?? undefined, stepB.outputs ?? undefined);
  const same =
    stepA.status === stepB.status &&
    stepA.error?.code === stepB.error?.code &&
    stepA.error?.message === stepB.error?.message &&
    [settings, inputs, outputs].every(({ differences }) => differences.length === 0);
  const node = nodeB ?? nodeA;
  return {
    stepKey,
    name: node?.name ?? stepKey,
    agent: node?.agent ?? "",
    same,
    a: sideOf(stepA),
    b: sideOf(stepB),
    settings,
    inputs,
    outputs,
  };
}

/** What a node's own settings say, without its name and place. */
function settingsOf(node: GraphNode | undefined): JsonValue | undefined {
  if (node === undefined) return undefined;
  const { id: _id, name: _name, position: _position, size: _size, key: _key, ...settings } = node;
  return settings as unknown as JsonValue;
}

function sideOf(step: StepState): StepSide | null {
  if (step.status === "pending") return null;
  const { reusedFrom } = step.metadata ?? {};
  return {
    status: step.status,
    durationMs: step.startedAt === null || step.endedAt === null ? null : Math.round(step.endedAt - step.startedAt),
    tokens: (step.usage?.inputTokens ?? 0) + (step.usage?.outputTokens ?? 0),
    attempts: step.attempt,
    error: step.error,
    reusedFrom: typeof reusedFrom === "string" ? reusedFrom : null,
  };
}

/** Step keys of both: by the graph, in a container by iteration; a container after what happened in it. */
function keysInOrder(a: Compared, b: Compared): string[] {
  const known = new Set<string>(a.graph.nodes.map(({ id }) => id));
  const graph: Graph = {
    ...a.graph,
    nodes: [...a.graph.nodes, ...b.graph.nodes.filter(({ id }) => !known.has(id))],
    edges: [...a.graph.edges, ...b.graph.edges],
  };
  const { ordered, unitOf } = unitsOf(graph);
  const units = new Map(ordered.map(({ id }, rank) => [id, rank]));
  const nodes = new Map<string, number>(nodesInOrder(graph).map((id, rank) => [id, rank]));
  const rank = (ranks: ReadonlyMap<string, number>, id: string) => ranks.get(id) ?? Number.POSITIVE_INFINITY;
  const keys = new Set([...Object.keys(a.state.steps), ...Object.keys(b.state.steps)]);
  return [...keys].sort((one, other) => {
    const [mine, theirs] = [nodeIdOf(one), nodeIdOf(other)];
    const byUnit = rank(units, unitOf(mine)) - rank(units, unitOf(theirs));
    if (byUnit !== 0 && !Number.isNaN(byUnit)) return byUnit;
    const byIteration = compareIterations(one, other);
    if (byIteration !== 0) return byIteration;
    return rank(nodes, mine) - rank(nodes, theirs) || (one < other ? -1 : 1);
  });
}

function compareIterations(one: string, other: string): number {
  const [mine, theirs] = [iterationPathOf(one), iterationPathOf(other)];
  for (let depth = 0; depth < Math.min(mine.length, theirs.length); depth += 1) {
    const difference = (mine[depth] ?? 0) - (theirs[depth] ?? 0);
    if (difference !== 0) return difference;
  }
  return theirs.length - mine.length;
}

/** Ids, a source before its targets; what a container gets back from its own nodes does not count. */
function nodesInOrder({ nodes, edges }: Graph): string[] {
  const parents = new Map<string, string | undefined>(nodes.map(({ id, parent }) => [id, parent]));
  const inner = edges.filter(({ source, target }) => parents.get(source) !== target);
  return topologyOf(indexGraph({ nodes, edges: inner })).order.map(({ id }) => id);
}
