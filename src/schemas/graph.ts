import { z } from "zod";
import { jsonObject } from "../json.ts";
import { retryPolicy } from "./retryPolicy.ts";

export const graphLimits = {
  nodes: 5_000,
  edges: 20_000,
  notes: 1_000,
  nameLength: 80,
  configBytes: 1_000_000,
} as const;

/** Made by the editor that adds the node; unique in the document, never reused. */
export const nodeId = z
  .string()
  .regex(/^[A-Za-z0-9_-]{1,40}$/, "Not a node id")
  .brand<"NodeId">();
export type NodeId = z.infer<typeof nodeId>;
export const edgeId = z
  .string()
  .regex(/^[A-Za-z0-9_-]{1,120}$/, "Not an edge id")
  .brand<"EdgeId">();
export type EdgeId = z.infer<typeof edgeId>;

/** How expressions name a node: `{{ steps.<key>.<port> }}`. */
export const nodeKey = z.string().regex(/^[a-zA-Z][A-Za-z0-9_]{0,59}$/, "Letters, digits and _; begins with a letter");
export const portName = z.string().regex(/^[a-zA-Z][A-Za-z0-9_]{0,39}$/, "Not a port name");

export const position = z.strictObject({ x: z.number(), y: z.number() });

export const nodeSize = z.strictObject({
  width: z.number().min(160).max(20_000),
  height: z.number().min(80).max(20_000),
});

/** The largest limit that there can be of each amount. */
export const mostBudget = {
  tokens: 1_000_000_000,
  dollars: 1_000_000,
  timeMs: 2_592_000_000,
  steps: 100_000_000,
} as const;

const amounts = {
  /** Input and output tokens of all model calls together. */
  tokens: z.int().min(0).max(mostBudget.tokens).optional(),
  /** US dollars, by the price table of the models. */
  dollars: z.number().min(0).max(mostBudget.dollars).optional(),
  /** Milliseconds of work; the time an execution waits does not count. */
  timeMs: z.int().min(0).max(mostBudget.timeMs).optional(),
};

/** What one execution may use. At a limit it pauses before its next step and goes on when somebody raises the limit. */
export const budget = z.strictObject({
  ...amounts,
  /** Attempts of steps that were started. */
  steps: z.int().min(0).max(mostBudget.steps).optional(),
});
export type Budget = z.infer<typeof budget>;

/** What all attempts of one step together may use. One that has failed at a limit is not tried again before somebody raises it. */
export const stepBudget = z.strictObject(amounts);
export type StepBudget = z.infer<typeof stepBudget>;

/**
 * `fail`: the execution fails (inside a container that catches: the iteration). `port`: the error goes on through the port
 * `error`. `default`: `defaultOutputs` go on as if the step had succeeded with them.
 */
export const onError = z.enum(["fail", "port", "default"]);
export type OnError = z.infer<typeof onError>;

export const graphNode = z.strictObject({
  id: nodeId,
  /** Unique in the graph; follows from the name when the node is added, rewritten everywhere when changed. */
  key: nodeKey,
  /** Kind in the agent catalogue. A string: a graph may name an agent this server does not have (a diagnostic, not a parse error). */
  agent: z.string().min(1).max(80),
  name: z.string().min(1).max(graphLimits.nameLength),
  position,
  config: jsonObject,
  retry: retryPolicy.optional(),
  /** Limit for one attempt, in milliseconds. */
  timeoutMs: z.int().min(1).max(86_400_000).optional(),
  budget: stepBudget.optional(),
  /** A disabled node is skipped, and what depends only on it too. */
  disabled: z.boolean().optional(),
  /** The container that it lies in; its `position` is then inside that frame. */
  parent: nodeId.optional(),
  /** Of a container's frame. */
  size: nodeSize.optional(),
  /** What follows when the last attempt has failed; `fail` when absent. */
  onError: onError.optional(),
  /** With `onError: "default"`: what goes on in place of the outputs, by port. */
  defaultOutputs: jsonObject.optional(),
});
export type GraphNode = z.infer<typeof graphNode>;

export const graphEdge = z.strictObject({
  id: edgeId,
  source: nodeId,
  sourcePort: portName,
  target: nodeId,
  targetPort: portName,
});
export type GraphEdge = z.infer<typeof graphEdge>;

export const graphNote = z.strictObject({
  id: nodeId,
  text: z.string().max(20_000),
  position,
  width: z.number().min(40).max(4_000),
  height: z.number().min(40).max(4_000),
});
export type GraphNote = z.infer<typeof graphNote>;

/** The highest limit of executions at once that a workflow may have. */
export const mostAtOnce = 10_000;

export const graphSettings = z.strictObject({
  /**
   * Limit for the whole execution, in milliseconds; the time it waits does not count. At it the execution fails, whereas at
   * `budget.timeMs` it pauses and can be let go on.
   */
  timeoutMs: z.int().min(1).max(2_592_000_000).default(3_600_000),
  /** How many executions of the workflow run at once; more wait. Absent: as many as there is room for. */
  concurrency: z.int().min(1).max(mostAtOnce).optional(),
  /** How many executions of the workflow begin in any minute; more wait, in their order. Absent: any number. */
  startsPerMinute: z.int().min(1).max(10_000).optional(),
  budget: budget.optional(),
});
export type GraphSettings = z.infer<typeof graphSettings>;

export const graph = z.strictObject({
  nodes: z.array(graphNode).max(graphLimits.nodes),
  edges: z.array(graphEdge).max(graphLimits.edges),
  notes: z.array(graphNote).max(graphLimits.notes).default([]),
  settings: graphSettings.prefault({}),
});
/** What a document shows at one moment, and what a WorkflowVersion keeps for ever. */
export type Graph = z.infer<typeof graph>;
export type GraphInput = z.input<typeof graph>;
