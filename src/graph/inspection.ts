import type { AgentDefinition } from "../agents/agent.ts";
import type { GraphNode } from "../schemas/graph.ts";
import type { Findings } from "./findings.ts";
import type { GraphIndex } from "./graphIndex.ts";

/** What the checks of a graph share: its parts by id, the agents it names, and where to tell what is wrong. */
export interface Inspection {
  readonly index: GraphIndex;
  readonly definitionOf: (node: GraphNode) => AgentDefinition | undefined;
  readonly findings: Findings;
}
