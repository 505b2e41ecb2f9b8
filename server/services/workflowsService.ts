import type { z } from "zod";
import type { Database, Tx } from "#db/client.ts";
import { findPins } from "#db/queries/pins.ts";
import {
  findWorkflow,
  insertWorkflow,
  pageOfWorkflows,
  setWorkflowDeleted,
  updateWorkflow,
} from "#db/queries/workflows.ts";
import { withTenant } from "#db/tenant.ts";
import type { Catalogue } from "#src/agents/catalogue.ts";
import { AppError } from "#src/errors.ts";
import { compile } from "#src/graph/compile.ts";
import type { NewId, WorkflowId } from "#src/ids.ts";
import type { JsonValue } from "#src/json.ts";
import { type Graph, graph as graphSchema } from "#src/schemas/graph.ts";
import type { Page } from "#src/schemas/page.ts";
import type { Trigger } from "#src/schemas/principal.ts";
import type { ExecutionPriority } from "#src/schemas/priority.ts";
import type {
  WorkflowDetail,
  WorkflowSummary,
  workflowCreate,
  workflowListRequest,
  workflowUpdate,
} from "#src/schemas/workflow.ts";
import type { Activity } from "./activity.ts";
import { type Actor, principalOf, type Scope, scopeOf } from "./actor.ts";
import type { Audit } from "./audit.ts";
import { requireStorable } from "./graphProblems.ts";
import type { Executions, GraphDocuments } from "./ports.ts";
import type { Prepare } from "./prepare.ts";
import { createStartOnce } from "./startOnce.ts";
import { type Accepted, createStartWorkflow, type StartWorkflow } from "./startWorkflow.ts";
import { pinsByNode } from "./travel/pins.ts";

export interface ExecuteRequest {
  readonly id: WorkflowId;
  readonly input?: JsonValue | undefined;
  readonly trigger: Trigger["kind"];
  readonly priority?: ExecutionPriority | undefined;
  /** The same one again, with the same request, answers with the execution that the first one has started. */
  readonly idempotencyKey?: string | null;
}
/** Every method answers not_found for a workflow of another workspace, as for one that never was. */
export interface WorkflowsService {
  list(actor: Actor, request: z.output<typeof workflowListRequest>): Promise<Page<WorkflowSummary>>;
  get(actor: Actor, id: WorkflowId): Promise<WorkflowDetail>;
  create(actor: Actor, request: z.output<typeof workflowCreate>): Promise<WorkflowDetail>;
  update(actor: Actor, request: z.output<typeof workflowUpdate>): Promise<WorkflowDetail>;
  /** Soft: `restore` undoes it. */
  delete(actor: Actor, id: WorkflowId): Promise<void>;
  restore(actor: Actor, id: WorkflowId): Promise<WorkflowSummary>;
  duplicate(actor: Actor, id: WorkflowId): Promise<WorkflowDetail>;
  /** Durable when it resolves. Errors: invalid_graph with `detail.diagnostics`, input_invalid, rate_limited, unavailable, and those of a key. */
  execute(actor: Actor, request: ExecuteRequest): Promise<Accepted>;
  /** The same for what starts by itself. Errors: as of `execute`; conflict when the execution exists. */
  readonly startFor: StartWorkflow;
}

export interface WorkflowsDeps {
  readonly db: Database;
  readonly documents: GraphDocuments;
  readonly executions: Executions;
  readonly catalogue: Catalogue;
  readonly prepare: Prepare;
  readonly activity: Activity;
  readonly audit: Audit;
  readonly newId: NewId;
  readonly now: () => number;
}

const emptyGraph: Graph = graphSchema.parse({ nodes: [], edges: [] });
const noSuchWorkflow = () => new AppError("not_found", "There is no such workflow.");
const keyOf = (actor: Actor, id: WorkflowId) => ({ workspaceId: actor.session.workspace.id, id });

/** The name with " copy" behind it, cut so that it stays a name. */
const copyName = (name: string) => `${name.slice(0, 115)} copy`;

export function createWorkflowsService(deps: WorkflowsDeps): WorkflowsService {
  const { db, documents, executions, catalogue, prepare, activity, audit, newId, now } = deps;
  const pinsOf = async (scope: Scope, workflowId: WorkflowId) =>
    pinsByNode(await withTenant(db, scope, (tx) => findPins(tx, { workspaceId: scope.workspaceId, workflowId })));
  const startFor = createStartWorkflow({ documents, executions, prepare, activity, newId, pinsOf, now });
  const startOnce = createStartOnce(db, startFor);
  const inWorkspace = <Result>(actor: Actor, work: (tx: Tx) => Promise<Result>) => withTenant(db, scopeOf(actor), work);

  async function summary(actor: Actor, id: WorkflowId): Promise<WorkflowSummary> {
    const found = await inWorkspace(actor, (tx) => findWorkflow(tx, keyOf(actor, id)));
    if (found === null) throw noSuchWorkflow();
    return found;
  }

  async function detail(actor: Actor, id: WorkflowId): Promise<WorkflowDetail> {
    const found = await summary(actor, id);
    const { graph } = await documents.readGraph(scopeOf(actor), id);
    return { ...found, nodeCount: graph.nodes.length, graph, diagnostics: compile(graph, catalogue).diagnostics };
  }

  async function insert(actor: Actor, request: { name: string; description: string; graph: Graph; action: string }) {
    const { action, graph, ...named } = request;
    const id = newId("workflow");
    const { workspaceId, profileId } = scopeOf(actor);
    await inWorkspace(actor, async (tx) => {
      await insertWorkflow(tx, { ...named, workspaceId, id, graph, createdBy: profileId, createdAt: new Date(now()) });
      await documents.create(tx, { workspaceId, id }, graph);
      await audit.record(tx, actor, { action, subject: id, detail: { name: named.name } });
    });
    return detail(actor, id);
  }

  return {
    list: (actor, request) => inWorkspace(actor, (tx) => pageOfWorkflows(tx, actor.session.workspace.id, request)),

    get: detail,

    async create(actor, { name, description, graph = emptyGraph }) {
      requireStorable(graph, catalogue);
      return insert(actor, { name, description, graph, action: "workflow.create" });
    },

    async update(actor, { id, name, description, graph }) {
      if (graph !== undefined) requireStorable(graph, catalogue);
      await inWorkspace(actor, async (tx) => {
        const change = { name, description, updatedAt: new Date(now()) };
        if (!(await updateWorkflow(tx, keyOf(actor, id), change))) throw noSuchWorkflow();
        const changed = Object.entries({ name, description, graph }).flatMap(([key, value]) =>
          value === undefined ? [] : [key],
        );
        await audit.record(tx, actor, { action: "workflow.update", subject: id, detail: { changed } });
      });
      if (graph !== undefined) await documents.replaceGraph(scopeOf(actor), id, graph);
      return detail(actor, id);
    },

    async delete(actor, id) {
      await inWorkspace(actor, async (tx) => {
        if (!(await setWorkflowDeleted(tx, keyOf(actor, id), new Date(now())))) throw noSuchWorkflow();
        await audit.record(tx, actor, { action: "workflow.delete", subject: id });
      });
      documents.closeWorkflow(id);
    },

    restore: (actor, id) =>
      inWorkspace(actor, async (tx) => {
        await setWorkflowDeleted(tx, keyOf(actor, id), null);
        const found = await findWorkflow(tx, keyOf(actor, id));
        if (found === null) throw noSuchWorkflow();
        await audit.record(tx, actor, { action: "workflow.restore", subject: id });
        return found;
      }),

    async duplicate(actor, id) {
      const { name, description, graph } = await detail(actor, id);
      return insert(actor, { name: copyName(name), description, graph, action: "workflow.duplicate" });
    },

    execute(actor, { trigger, idempotencyKey, ...rest }) {
      const request = { ...rest, trigger: { kind: trigger, by: principalOf(actor) } };
      if (idempotencyKey == null) return startFor(scopeOf(actor), request);
      return startOnce(scopeOf(actor), { ...request, key: idempotencyKey });
    },

    startFor,
  };
}
