import type { GraphNode } from "../schemas/graph.ts";
import { defaultRetryPolicy, type RetryPolicy } from "../schemas/retryPolicy.ts";
import type { AgentDefinition } from "./agent.ts";

const oneAttempt: RetryPolicy = { ...defaultRetryPolicy, maxAttempts: 1 };

/** How often a step of this node is tried: by its own policy, the default, or once where another try is of no use. */
export function retryOf(definition: AgentDefinition, node: Pick<GraphNode, "retry">): RetryPolicy {
  return definition.retries === false ? oneAttempt : (node.retry ?? defaultRetryPolicy);
}

/** Limit of one attempt, in milliseconds; null for none but the execution's. */
export function timeoutOf(definition: AgentDefinition, node: Pick<GraphNode, "timeoutMs">): number | null {
  const own = definition.limits === "wait" ? undefined : node.timeoutMs;
  return own ?? definition.defaultTimeoutMs ?? null;
}
