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
  /** A disabled node is skipped, and what depends only on it too. */
  disabled: z.boolean().optional(),
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

export const graphSettings = z.strictObject({
  /** Limit for the whole execution, in milliseconds. */
  timeoutMs: z.int().min(1).max(2_592_000_000).default(3_600_000),
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
