import type { AgentDefinition, Join } from "../agents/agent.ts";
import type { TemplatedFields } from "../agents/fieldMeta.ts";
import type { JsonObject } from "../json.ts";
import type { PortDefinition } from "../schemas/agent.ts";
import type { StepOutputs } from "../schemas/executionEvent.ts";
import type { Budget, NodeId, OnError, StepBudget } from "../schemas/graph.ts";
import type { RetryPolicy } from "../schemas/retryPolicy.ts";

export interface PlannedEdge {
  readonly id: string;
  /** Places in `Plan.nodes`; `fromContainer` where it begins at the inside of the container around. */
  readonly source: number;
  readonly target: number;
  readonly sourcePort: string;
  readonly targetPort: string;
}

/** The `source` of an edge that enters a body. */
export const fromContainer = -1;

/** A node that its graph's order lets another read: its place in the plan `up` frames outward. */
export interface Read {
  readonly up: number;
  readonly index: number;
}

/** What lies in a container's frame. */
export interface Body {
  readonly plan: Plan;
  /** Whose values are an iteration's result, in edge order; none: what the body's plan puts out. */
  readonly results: readonly { readonly source: number; readonly sourcePort: string }[];
  /** The step that follows each iteration; null when the container needs none. */
  readonly check: PlannedNode | null;
}

export interface PlannedNode {
  /** Place in `Plan.nodes`; a source always comes before its targets. */
  readonly index: number;
  readonly id: NodeId;
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
  /** The nodes whose outputs its templates and expressions may read, nearest first. */
  readonly reads: readonly Read[];
  /** In the graph's edge order. */
  readonly inbound: readonly PlannedEdge[];
  readonly outbound: readonly PlannedEdge[];
  readonly retry: RetryPolicy;
  /** Limit for one attempt, in milliseconds; null for none but the execution's. */
  readonly timeoutMs: number | null;
  /** The limit that the node itself sets. */
  readonly ownTimeoutMs: number | null;
  /** Of all attempts together; null for no limit. */
  readonly budget: StepBudget | null;
  readonly disabled: boolean;
  readonly join: Join;
  readonly onError: OnError;
  readonly defaultOutputs: StepOutputs;
  /** A container around it takes its failure. */
  readonly contained: boolean;
  /** Of a container. */
  readonly body: Body | null;
}

/** A compiled graph, or the body of a container in it: what `decide` and the loop read. Immutable; the same graph and catalogue give the same plan. */
export interface Plan {
  /** In topological order; ties in the graph's node order. */
  readonly nodes: readonly PlannedNode[];
  /** By node id: the containers around it, outermost first, then the node itself. In the workflow's own plan of all nodes, in a body's of none. */
  readonly places: ReadonlyMap<string, readonly PlannedNode[]>;
  /** Nodes whose value is the execution's output: the Output nodes, else the ends. */
  readonly results: { readonly kind: "outputs" | "ends"; readonly nodes: readonly PlannedNode[] };
  /** Limit for the whole execution, in milliseconds. */
  readonly timeoutMs: number;
  readonly budget: Budget;
}
