import type { Tx } from "#db/client.ts";
import type { LiveMessage, NewExecution } from "#src/engine/ports.ts";
import type { ExecutionId, VersionId, WorkflowId, WorkspaceId } from "#src/ids.ts";
import type { JsonValue } from "#src/json.ts";
import type { ExecutionStatus } from "#src/schemas/execution.ts";
import type { ExecutionEvent } from "#src/schemas/executionEvent.ts";
import type { Graph } from "#src/schemas/graph.ts";
import type { Principal, Trigger } from "#src/schemas/principal.ts";
import type { ExecutionPriority } from "#src/schemas/priority.ts";
import type { Scope } from "./actor.ts";

/** What the services need of the shared documents. */
export interface GraphDocuments {
  /** The graph as it stands, unsaved edits of open editors included. `revision` changes with every edit. Errors: not_found. */
  readGraph(scope: Scope, id: WorkflowId): Promise<{ graph: Graph; revision: string | number }>;
  /** Makes the document show this graph, as one edit of this person. Errors: not_found. */
  replaceGraph(scope: Scope, id: WorkflowId, graph: Graph): Promise<unknown>;
  /** In the transaction that makes the workflow. */
  create(tx: Tx, workflow: { workspaceId: WorkspaceId; id: WorkflowId }, graph: Graph): Promise<void>;
  /** Closes the sockets on a workflow that is gone. */
  closeWorkflow(id: WorkflowId): void;
}

/** What the services need of the runner. */
export interface Executions {
  /** Durable when it resolves. */
  start(request: {
    execution: { id: ExecutionId; workspaceId: WorkspaceId; workflowId: WorkflowId; versionId: VersionId };
    graph: Graph;
    input: JsonValue;
    trigger: Trigger;
    /** Normal when absent. */
    priority?: ExecutionPriority | undefined;
  }): Promise<{ executionId: ExecutionId; status: ExecutionStatus }>;
  /** Stores an execution with its first events, open for whoever has room. Durable when it resolves. Errors: conflict for an id that is taken. */
  begin(execution: NewExecution, events: readonly ExecutionEvent[]): Promise<void>;
  /** False when the execution is unknown or final. */
  requestCancel(workspaceId: WorkspaceId, id: ExecutionId, by: Principal): Promise<boolean>;
  /** Answers were stored for it: whoever runs it is told. */
  answered(id: ExecutionId): void;
  /** Whether it runs in this process: then every live message of it comes, in order. */
  isHere(id: ExecutionId): boolean;
  /** Calls the listener for each live message until the returned function is called. */
  subscribe(id: ExecutionId, listener: (message: LiveMessage) => void): () => void;
}
