import { placeOfStep } from "#client/canvas/iterations.ts";
import type { ExecutionState, StepState } from "#src/engine/state.ts";
import type { Usage } from "#src/schemas/executionEvent.ts";
import type { Graph } from "#src/schemas/graph.ts";

/** What lists and timelines of one execution share. `selected` is a step key. */
export interface StepsProps {
  readonly graph: Graph;
  readonly state: ExecutionState;
  readonly selected: string | null;
  readonly onSelect: (stepKey: string) => void;
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

/**
 * The step to open when nobody chose one: what failed, else what waits for somebody, else what runs, else what began last. Of a
 * container's iterations only one that failed or waits: the others pass by.
 */
export function notableStep(graph: Graph, state: ExecutionState): string | null {
  if (state.failedStep !== null) return state.failedStep;
  const nodes = new Map(graph.nodes.map((node) => [node.id as string, node]));
  let best: (Begun & { readonly key: string }) | null = null;
  for (const [key, { status, startedAt }] of Object.entries(state.steps)) {
    const { nodeId, path } = placeOfStep(key);
    if (startedAt === null || (path.length > 0 && status !== "waiting")) continue;
    const left = nodes.get(nodeId)?.position.x ?? 0;
    const urgency = status === "waiting" ? 2 : status === "running" ? 1 : 0;
    const next = { key, urgency, begun: startedAt, left };
    if (best === null || isAfter(next, best)) best = next;
  }
  return best?.key ?? null;
}

interface Begun {
  readonly urgency: number;
  readonly begun: number;
  readonly left: number;
}

function isAfter(one: Begun, other: Begun): boolean {
  if (one.urgency !== other.urgency) return one.urgency > other.urgency;
  return one.begun === other.begun ? one.left >= other.left : one.begun > other.begun;
}
