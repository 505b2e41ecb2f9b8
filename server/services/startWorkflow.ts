import { type Pins, pinnedEvents } from "#src/engine/beginnings.ts";
import type { ExecutionId, NewId, WorkflowId } from "#src/ids.ts";
import type { JsonValue } from "#src/json.ts";
import type { ExecutionStatus } from "#src/schemas/execution.ts";
import type { Trigger } from "#src/schemas/principal.ts";
import type { ExecutionPriority } from "#src/schemas/priority.ts";
import type { Activity } from "./activity.ts";
import type { Scope } from "./actor.ts";
import type { Executions, GraphDocuments } from "./ports.ts";
import type { Prepare } from "./prepare.ts";
import { shareReads } from "./sharedReads.ts";

export interface StartRequest {
  readonly id: WorkflowId;
  readonly input?: JsonValue | undefined;
  readonly trigger: Trigger;
  readonly priority?: ExecutionPriority | undefined;
  /** A new one unless told. */
  readonly executionId?: ExecutionId;
}
export interface Accepted {
  readonly executionId: ExecutionId;
  readonly status: ExecutionStatus;
}

/**
 * Starts an execution of the workflow as it stands, for whoever or whatever the trigger names. Durable when it resolves.
 * Errors: not_found, invalid_graph with `detail.diagnostics`, input_invalid, conflict when the execution exists, rate_limited,
 * unavailable.
 */
export type StartWorkflow = (scope: Scope, request: StartRequest) => Promise<Accepted>;

export interface StartWorkflowDeps {
  readonly documents: GraphDocuments;
  readonly executions: Executions;
  readonly prepare: Prepare;
  readonly activity: Activity;
  readonly newId: NewId;
  /** Outputs that stand in for steps' work in manual runs of a workflow. */
  readonly pinsOf: (scope: Scope, id: WorkflowId) => Promise<Pins>;
  readonly now: () => number;
}

const nothingPinned: Pins = new Map();

export function createStartWorkflow(deps: StartWorkflowDeps): StartWorkflow {
  const { documents, executions, prepare, activity, newId, pinsOf, now } = deps;
  const share = shareReads<Awaited<ReturnType<GraphDocuments["readGraph"]>>>();
  return async (scope, { id, input, trigger, priority, executionId = newId("execution") }) => {
    const { workspaceId } = scope;
    const { graph, revision } = await share(`${workspaceId} ${id}`, () => documents.readGraph(scope, id));
    const prepared = await prepare(scope, { id, graph, revision });
    const execution = { id: executionId, workspaceId, workflowId: id, versionId: prepared.versionId };
    const start = { input: prepared.readInput(input), trigger };
    const pins = trigger.kind === "manual" ? await pinsOf(scope, id) : nothingPinned;
    if (pins.size > 0) {
      await executions.begin(execution, pinnedEvents(prepared.graph, pins, { ...start, at: now() }));
      activity.touch(id);
      return { executionId, status: "running" };
    }
    const accepted = await executions.start({ execution, graph: prepared.graph, ...start, priority });
    activity.touch(id);
    return accepted;
  };
}
