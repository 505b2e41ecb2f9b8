import type { AgentDefinition } from "../agents/agent.ts";
import type { TemplatedFields } from "../agents/fieldMeta.ts";
import type { JsonObject } from "../json.ts";
import type { PortDefinition } from "../schemas/agent.ts";
import type { StepKey } from "../schemas/executionEvent.ts";
import type { NodeId } from "../schemas/graph.ts";
import type { RetryPolicy } from "../schemas/retryPolicy.ts";

export interface PlannedEdge {
  readonly id: string;
  /** Places in `Plan.nodes`. */
  readonly source: number;
  readonly target: number;
  readonly sourcePort: string;
  readonly targetPort: string;
}

export interface PlannedNode {
  /** Place in `Plan.nodes`; a source always comes before its targets. */
  readonly index: number;
  readonly id: NodeId;
  readonly stepKey: StepKey;
  readonly key: string;
  readonly name: string;
  readonly definition: AgentDefinition;
  readonly inputs: ReadonlyMap<string, PortDefinition>;
  readonly outputs: ReadonlyMap<string, PortDefinition>;
  /** As the graph has it. */
  readonly config: JsonObject;
  readonly fields: TemplatedFields;
  /** The config, checked, when nothing in it depends on the run; otherwise it is evaluated and checked in the step. */
  readonly ready: { readonly config: unknown } | null;
  /** Places of the upstream nodes whose outputs its templates and expressions may read. */
  readonly reads: readonly number[];
  /** In the graph's edge order. */
  readonly inbound: readonly PlannedEdge[];
  readonly outbound: readonly PlannedEdge[];
  readonly retry: RetryPolicy;
  /** Limit for one attempt, in milliseconds; null for none but the execution's. */
  readonly timeoutMs: number | null;
  readonly disabled: boolean;
}

/** A compiled graph: what `decide` and the loop read. Immutable; the same graph and catalogue give the same plan. */
export interface Plan {
  /** In topological order; ties in the graph's node order. */
  readonly nodes: readonly PlannedNode[];
  readonly byStepKey: ReadonlyMap<string, PlannedNode>;
  /** Nodes whose value is the execution's output: the Output nodes, else the ends. */
  readonly results: { readonly kind: "outputs" | "ends"; readonly nodes: readonly PlannedNode[] };
  /** Limit for the whole execution, in milliseconds. */
  readonly timeoutMs: number;
}
