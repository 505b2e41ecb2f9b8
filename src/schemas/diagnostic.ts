import { z } from "zod";

export const diagnosticCodes = [
  "empty_graph",
  "too_many_nodes",
  "duplicate_node_id",
  "duplicate_key",
  "unknown_agent",
  "dangling_edge",
  "unknown_port",
  "port_type_mismatch",
  "port_taken",
  "crosses_frame",
  "unknown_container",
  "too_deep",
  "empty_container",
  "missing_connection",
  "cycle",
  "config_missing",
  "config_invalid",
  "default_invalid",
  "budget_invalid",
  "expression_syntax",
  "unknown_reference",
  "reference_not_upstream",
  "unreachable",
  "model_not_configured",
] as const;

/** What is wrong where. Made by the same function in the editor and at the server's compile. */
export const diagnostic = z.strictObject({
  severity: z.enum(["error", "warning"]),
  code: z.enum(diagnosticCodes),
  /** For the person at the canvas: what is wrong and what would mend it. */
  message: z.string(),
  nodeId: z.string().optional(),
  edgeId: z.string().optional(),
  /** Dotted path inside the node's config. */
  field: z.string().optional(),
});
export type Diagnostic = z.infer<typeof diagnostic>;
export type DiagnosticCode = (typeof diagnosticCodes)[number];
