import type { Tx } from "#db/client.ts";
import { findRecording } from "#db/queries/lineage.ts";
import { deletePin, findPins, latestEndedExecution, setPin } from "#db/queries/pins.ts";
import { findWorkflow } from "#db/queries/workflows.ts";
import { withTenant } from "#db/tenant.ts";
import { type Pins, singleStepEvents } from "#src/engine/beginnings.ts";
import { AppError } from "#src/errors.ts";
import type { ExecutionId, WorkflowId } from "#src/ids.ts";
import type { StepOutputs } from "#src/schemas/executionEvent.ts";
import type { NodeId } from "#src/schemas/graph.ts";
import type { Pin } from "#src/schemas/pin.ts";
import { type Actor, principalOf, scopeOf } from "../actor.ts";
import type { Accepted } from "../startWorkflow.ts";
import type { ForksDeps } from "./forks.ts";
import { requirePorts } from "./knownPorts.ts";

export interface RunStepRequest {
  readonly workflowId: WorkflowId;
  readonly nodeId: NodeId;
  /** What arrives at the step, by port; what it got in the last run when absent. */
  readonly inputs?: StepOutputs | undefined;
  /** The run that it takes the rest from; the workflow's last when absent. */
  readonly executionId?: ExecutionId | undefined;
}

/** Trying out single steps of a workflow. Errors of all: not_found. */
export interface PinsService {
  list(actor: Actor, workflowId: WorkflowId): Promise<Pin[]>;
  /** Pins outputs to a step, for everybody and for manual runs only. Errors: payload_too_large, bad_request for a port that it has not. */
  set(actor: Actor, pin: { workflowId: WorkflowId; nodeId: NodeId; outputs: StepOutputs }): Promise<void>;
  remove(actor: Actor, pin: { workflowId: WorkflowId; nodeId: NodeId }): Promise<void>;
  /** Runs one step of the workflow as it stands. Errors: invalid_graph, bad_request, conflict when nobody says what goes into it. */
  runStep(actor: Actor, request: RunStepRequest): Promise<Accepted>;
}

/** JSON of one pin, in UTF-16 units. */
const mostCharacters = 500_000;

export const pinsByNode = (pins: readonly Pin[]): Pins => new Map(pins.map(({ nodeId, outputs }) => [nodeId, outputs]));

export function createPinsService(deps: ForksDeps): PinsService {
  const { db, documents, executions, prepare, catalogue, activity, newId, now } = deps;

  function inWorkflow<Result>(actor: Actor, id: WorkflowId, work: (tx: Tx) => Promise<Result>): Promise<Result> {
    return withTenant(db, scopeOf(actor), async (tx) => {
      const workflow = await findWorkflow(tx, { workspaceId: scopeOf(actor).workspaceId, id });
      if (workflow === null) throw new AppError("not_found", "There is no such workflow.");
      return work(tx);
    });
  }

  return {
    list: (actor, workflowId) => {
      const { workspaceId } = scopeOf(actor);
      return inWorkflow(actor, workflowId, (tx) => findPins(tx, { workspaceId, workflowId }));
    },

    async set(actor, { workflowId, nodeId, outputs }) {
      if (JSON.stringify(outputs).length > mostCharacters) {
        throw new AppError("payload_too_large", "These outputs are too large to be pinned.");
      }
      const { workspaceId, profileId } = scopeOf(actor);
      const pin = { workspaceId, workflowId, nodeId, outputs, pinnedBy: profileId, pinnedAt: new Date(now()) };
      const { graph } = await documents.readGraph(scopeOf(actor), workflowId);
      requirePorts(graph, catalogue, { nodeId, side: "outputs", values: outputs });
      await inWorkflow(actor, workflowId, (tx) => setPin(tx, pin));
    },

    async remove(actor, { workflowId, nodeId }) {
      const { workspaceId } = scopeOf(actor);
      await inWorkflow(actor, workflowId, (tx) => deletePin(tx, { workspaceId, workflowId, nodeId }));
    },

    async runStep(actor, { workflowId, nodeId, inputs, executionId }) {
      const { workspaceId } = scopeOf(actor);
      const { pins, source } = await inWorkflow(actor, workflowId, async (tx) => {
        const of = { workspaceId, workflowId };
        const last = executionId ?? (await latestEndedExecution(tx, of));
        const found = last === null ? null : await findRecording(tx, { workspaceId, id: last });
        if (executionId !== undefined && found?.workflowId !== workflowId) {
          throw new AppError("not_found", "There is no such execution of this workflow.");
        }
        return { pins: pinsByNode(await findPins(tx, of)), source: found };
      });
      const document = await documents.readGraph(scopeOf(actor), workflowId);
      const { versionId, graph } = await prepare(scopeOf(actor), { id: workflowId, ...document });
      if (inputs !== undefined) requirePorts(graph, catalogue, { nodeId, side: "inputs", values: inputs });
      const by = principalOf(actor);
      const from = source === null ? {} : { source: { executionId: source.id, stepKey: nodeId } };
      const trigger = { kind: "manual", by, ...from } as const;
      const events = singleStepEvents({ source, graph, nodeId, inputs, pins, trigger, at: now() });
      const id = newId("execution");
      await executions.begin({ id, workspaceId, workflowId, versionId }, events);
      activity.touch(workflowId);
      return { executionId: id, status: "running" };
    },
  };
}
