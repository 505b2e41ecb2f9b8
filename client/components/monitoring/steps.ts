import { type ExecutionState, isEnded, type StepState, stepOf } from "#src/engine/state.ts";
import type { Usage } from "#src/schemas/executionEvent.ts";
import type { Graph, GraphNode } from "#src/schemas/graph.ts";

/** One step on screen. */
export interface StepRow {
  readonly stepKey: string;
  readonly name: string;
  readonly node: GraphNode | undefined;
  readonly step: StepState;
}

/** What lists and timelines of one execution share. `selected` is a step key. */
export interface StepsProps {
  readonly graph: Graph;
  readonly state: ExecutionState;
  readonly selected: string | null;
  readonly onSelect: (stepKey: string) => void;
}

/**
 * Every step in the order it began; those that did not, after them, in the graph's order from left to right. When a run is over,
 * each of its steps has a status: a node without one was drawn later.
 */
export function stepRows(graph: Graph, state: ExecutionState): StepRow[] {
  const nodes = new Map<string, GraphNode>(graph.nodes.map((node) => [node.id, node]));
  const keys = new Set<string>([...(isEnded(state) ? [] : nodes.keys()), ...Object.keys(state.steps)]);
  const rows = [...keys].map((stepKey) => {
    const node = nodes.get(stepKey.split("/")[0] ?? stepKey);
    return { stepKey, name: node?.name ?? stepKey, node, step: stepOf(state, stepKey) };
  });
  const begun = (row: StepRow) => row.step.startedAt ?? Number.POSITIVE_INFINITY;
  const left = (row: StepRow) => row.node?.position.x ?? 0;
  return rows.sort((a, b) => (begun(a) === begun(b) ? left(a) - left(b) : begun(a) - begun(b)));
}

/** Milliseconds a step has taken up to `now`; null before it began. */
export function stepDuration({ startedAt, endedAt }: StepState, now: number): number | null {
  return startedAt === null ? null : Math.max(0, (endedAt ?? now) - startedAt);
}

/** Tokens of all steps together; null when no model was asked. */
export function totalUsage(state: ExecutionState): Usage | null {
  const used = Object.values(state.steps).flatMap(({ usage }) => (usage === null ? [] : [usage]));
  const [first] = used;
  if (first === undefined) return null;
  const sum = (pick: (usage: Usage) => number) => used.reduce((total, usage) => total + pick(usage), 0);
  return { model: first.model, inputTokens: sum((u) => u.inputTokens), outputTokens: sum((u) => u.outputTokens) };
}

/** The step to open when nobody chose one: what failed, else what runs, else what ended last. */
export function notableStep(graph: Graph, state: ExecutionState): string | null {
  if (state.failedStep !== null) return state.failedStep;
  const rows = stepRows(graph, state).filter((row) => row.step.startedAt !== null);
  const running = rows.findLast((row) => row.step.status === "running");
  return (running ?? rows.at(-1))?.stepKey ?? null;
}
