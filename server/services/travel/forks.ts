import type { Database, Tx } from "#db/client.ts";
import { executionStatusOf } from "#db/queries/executions.ts";
import { findRecording, type StoredRecording } from "#db/queries/lineage.ts";
import { findWorkflow } from "#db/queries/workflows.ts";
import { withTenant } from "#db/tenant.ts";
import type { Catalogue } from "#src/agents/catalogue.ts";
import { inputForm } from "#src/agents/input/form.ts";
import { type ForkInput, type ForkPoint, fork } from "#src/engine/fork.ts";
import { reduceAll } from "#src/engine/reduce.ts";
import { nodeIdOf } from "#src/engine/stepKey.ts";
import { AppError } from "#src/errors.ts";
import { compileOnce } from "#src/graph/compileOnce.ts";
import type { ExecutionId, NewId, VersionId, WorkflowId } from "#src/ids.ts";
import { isJsonObject, type JsonValue } from "#src/json.ts";
import type { Graph } from "#src/schemas/graph.ts";
import type { Trigger } from "#src/schemas/principal.ts";
import type { Activity } from "../activity.ts";
import { type Actor, principalOf, scopeOf } from "../actor.ts";
import { readInput } from "../executionInput.ts";
import { invalidGraph } from "../graphProblems.ts";
import type { Executions, GraphDocuments } from "../ports.ts";
import type { Prepare } from "../prepare.ts";
import type { Accepted } from "../startWorkflow.ts";
import { requirePorts } from "./knownPorts.ts";
import { executionIdOf } from "./requestIds.ts";

interface Again {
  readonly id: ExecutionId;
  /** Chosen by the caller, new for each wish: the same one again answers with the execution that it made. */
  readonly requestId?: string | undefined;
}
export interface RerunRequest extends Again {
  readonly version: "same" | "newest";
  readonly trigger: Trigger["kind"];
}
export interface ForkServiceRequest extends Again {
  readonly stepKey: string;
  /** What arrives at the step, by port; of a step that nothing arrives at, the execution's input. */
  readonly input?: JsonValue | undefined;
  readonly useCurrentGraph: boolean;
}

/**
 * New executions from old ones. Durable when they resolve; nothing is made when they do not. Errors of all: not_found for an
 * execution of another workspace or a deleted workflow, invalid_graph, and those of `fork`.
 */
export interface ForksService {
  /** From the failed steps of the same version: what was done before them is taken over. Errors: conflict when nothing failed. */
  retry(actor: Actor, request: Again): Promise<Accepted>;
  /** All of it again, with the same input. */
  rerun(actor: Actor, request: RerunRequest): Promise<Accepted>;
  /** From any step; what does not depend on it, or on a change of the graph, is taken over. */
  fork(actor: Actor, request: ForkServiceRequest): Promise<Accepted>;
}

export interface ForksDeps {
  readonly db: Database;
  readonly documents: Pick<GraphDocuments, "readGraph">;
  readonly executions: Executions;
  readonly prepare: Prepare;
  readonly catalogue: Catalogue;
  readonly activity: Activity;
  readonly newId: NewId;
  readonly now: () => number;
}

interface Wish {
  readonly recording: StoredRecording;
  readonly version: { readonly versionId: VersionId; readonly graph: Graph };
  readonly from: ForkPoint;
  readonly input?: ForkInput | undefined;
  readonly kind: "retry" | "fork";
  readonly requestId?: string | undefined;
}

export function createForksService(deps: ForksDeps): ForksService {
  const { db, documents, executions, prepare, catalogue, activity, newId, now } = deps;
  const inWorkspace = <Result>(actor: Actor, work: (tx: Tx) => Promise<Result>) => withTenant(db, scopeOf(actor), work);
  const keyOf = (actor: Actor, id: ExecutionId) => ({ workspaceId: actor.session.workspace.id, id });

  async function recordingOf(actor: Actor, id: ExecutionId): Promise<StoredRecording> {
    const { workspaceId } = keyOf(actor, id);
    const found = await inWorkspace(actor, async (tx) => {
      const recording = await findRecording(tx, { workspaceId, id });
      if (recording === null) throw new AppError("not_found", "There is no such execution.");
      return { recording, workflow: await findWorkflow(tx, { workspaceId, id: recording.workflowId }) };
    });
    if (found.workflow === null) throw new AppError("not_found", "The workflow of this run was deleted.");
    return found.recording;
  }

  /** The workflow as it stands, kept as a version. */
  async function newest(actor: Actor, id: WorkflowId) {
    return prepare(scopeOf(actor), { id, ...(await documents.readGraph(scopeOf(actor), id)) });
  }

  const newIdFor = (actor: Actor, kind: Wish["kind"] | "rerun", { id: source, requestId }: Again): ExecutionId =>
    requestId === undefined
      ? newId("execution")
      : executionIdOf(actor.session.workspace.id, { kind, source, requestId });

  /** Starts it; when this request has made its execution before, answers with that. */
  async function once(actor: Actor, id: ExecutionId, start: () => Promise<Accepted>): Promise<Accepted> {
    try {
      return await start();
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== "conflict") throw error;
      const known = await inWorkspace(actor, (tx) => executionStatusOf(tx, keyOf(actor, id)));
      if (known === null) throw error;
      return { executionId: id, status: known.status };
    }
  }

  async function begin(actor: Actor, wish: Wish): Promise<Accepted> {
    const { recording, version, from, input, kind } = wish;
    const { plan, diagnostics } = compileOnce(version.graph, catalogue);
    if (plan === null) throw invalidGraph(diagnostics);
    const source = { executionId: recording.id, ...(from.kind === "step" ? { stepKey: from.stepKey } : {}) };
    const trigger: Trigger = { kind, by: principalOf(actor), source };
    const { events } = fork({ source: recording, graph: version.graph, from, input, trigger, at: now() });
    if (input?.of === "step" && from.kind === "step")
      requirePorts(version.graph, catalogue, { nodeId: from.stepKey, side: "inputs", values: input.value });
    const { workflowId } = recording;
    const id = newIdFor(actor, kind, { id: recording.id, requestId: wish.requestId });
    const execution = { id, workspaceId: actor.session.workspace.id, workflowId, versionId: version.versionId };
    const accepted = await once(actor, id, async () => {
      await executions.begin(execution, events);
      return { executionId: id, status: "running" };
    });
    activity.touch(workflowId);
    return accepted;
  }

  return {
    async retry(actor, { id, requestId }) {
      const recording = await recordingOf(actor, id);
      return begin(actor, { recording, version: recording, from: { kind: "failed" }, kind: "retry", requestId });
    },

    async rerun(actor, { id, version, trigger: kind, requestId }) {
      const recording = await recordingOf(actor, id);
      const { workflowId } = recording;
      const { versionId, graph } = version === "same" ? recording : await newest(actor, workflowId);
      const input = readInput(inputForm(graph), reduceAll(recording.events.slice(0, 1)).input);
      const executionId = newIdFor(actor, "rerun", { id, requestId });
      const execution = { id: executionId, workspaceId: actor.session.workspace.id, workflowId, versionId };
      const trigger: Trigger = { kind, by: principalOf(actor), source: { executionId: id } };
      const { diagnostics, plan } = compileOnce(graph, catalogue);
      if (plan === null) throw invalidGraph(diagnostics);
      const accepted = await once(actor, executionId, () => executions.start({ execution, graph, input, trigger }));
      activity.touch(workflowId);
      return accepted;
    },

    async fork(actor, { id, stepKey, input, useCurrentGraph, requestId }) {
      const recording = await recordingOf(actor, id);
      const version = useCurrentGraph ? await newest(actor, recording.workflowId) : recording;
      const given = input === undefined ? undefined : inputFor(version.graph, stepKey, input);
      const from = { kind: "step", stepKey } as const;
      return begin(actor, { recording, version, from, input: given, kind: "fork", requestId });
    },
  };
}

/** A step that nothing arrives at begins with the execution's input; what lies in a container begins with its iteration. */
function inputFor(graph: Graph, stepKey: string, input: JsonValue): ForkInput {
  const nodeId = nodeIdOf(stepKey);
  const isInside = graph.nodes.some(({ id, parent }) => id === nodeId && parent !== undefined);
  if (!isInside && !graph.edges.some(({ target }) => target === nodeId))
    return { of: "execution", value: readInput(inputForm(graph), input) };
  if (isJsonObject(input)) return { of: "step", value: input };
  throw new AppError("bad_request", "The inputs of a step are an object with a value for each port.");
}
