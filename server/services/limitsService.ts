import type { Database, Tx } from "#db/client.ts";
import {
  listAgentLimits,
  listWorkflowDays,
  putAgentLimit,
  putDaily,
  putWorkflowDaily,
  readDaily,
} from "#db/queries/limits.ts";
import { withTenant } from "#db/tenant.ts";
import { nextDay } from "#server/execution/limits/day.ts";
import type { Catalogue } from "#src/agents/catalogue.ts";
import { AppError } from "#src/errors.ts";
import type { WorkspaceId } from "#src/ids.ts";
import type { AgentLimit, DailyBudget, WorkflowDailyBudget, WorkspaceLimits } from "#src/schemas/limits.ts";
import { type Actor, scopeOf } from "./actor.ts";
import type { Audit } from "./audit.ts";

/** What a workspace's executions may do and use together. */
export interface LimitsService {
  read(actor: Actor): Promise<WorkspaceLimits>;
  /** Nulls take the limit away. Errors: bad_request for an agent that is not in the catalogue. */
  setAgent(actor: Actor, limit: AgentLimit): Promise<WorkspaceLimits>;
  /** Executions that wait for the next day go on when the new budget lets them. */
  setDaily(actor: Actor, budget: DailyBudget): Promise<WorkspaceLimits>;
  /** The same for one workflow alone; nulls take its budget away. Errors: not_found. */
  setWorkflowDaily(actor: Actor, budget: WorkflowDailyBudget): Promise<WorkspaceLimits>;
}

export interface LimitsDeps {
  readonly db: Database;
  readonly catalogue: Catalogue;
  readonly audit: Audit;
  readonly now: () => number;
  /** Told after the commit: whoever runs something for the workspace has to read its limits again. */
  readonly onChange: (workspaceId: WorkspaceId) => void;
}

export function createLimitsService({ db, catalogue, audit, now, onChange }: LimitsDeps): LimitsService {
  async function view(tx: Tx, actor: Actor): Promise<WorkspaceLimits> {
    const workspaceId = actor.session.workspace.id;
    const { daily, used } = await readDaily(tx, workspaceId);
    return {
      agents: await listAgentLimits(tx, workspaceId),
      daily,
      usedToday: used,
      workflows: await listWorkflowDays(tx, workspaceId),
      renewsAt: new Date(nextDay(now())).toISOString(),
    };
  }
  async function change(actor: Actor, work: (tx: Tx) => Promise<void>): Promise<WorkspaceLimits> {
    const changed = await withTenant(db, scopeOf(actor), async (tx) => {
      await work(tx);
      return view(tx, actor);
    });
    onChange(actor.session.workspace.id);
    return changed;
  }
  return {
    read: (actor) => withTenant(db, scopeOf(actor), (tx) => view(tx, actor)),

    async setAgent(actor, limit) {
      if (catalogue.get(limit.agent) === undefined)
        throw new AppError("bad_request", `There is no agent “${limit.agent}”.`, { detail: { field: "agent" } });
      return change(actor, async (tx) => {
        await putAgentLimit(tx, scopeOf(actor), limit);
        const { agent, ...detail } = limit;
        await audit.record(tx, actor, { action: "limits.setAgent", subject: agent, detail });
      });
    },

    setDaily: (actor, budget) =>
      change(actor, async (tx) => {
        await putDaily(tx, scopeOf(actor), { ...budget, renewsAt: new Date(nextDay(now())) });
        await audit.record(tx, actor, { action: "limits.setDaily", detail: { ...budget } });
      }),

    setWorkflowDaily: (actor, budget) =>
      change(actor, async (tx) => {
        const { workflowId, ...detail } = budget;
        const isSet = await putWorkflowDaily(tx, scopeOf(actor), { ...budget, renewsAt: new Date(nextDay(now())) });
        if (!isSet) throw new AppError("not_found", "There is no such workflow.");
        await audit.record(tx, actor, { action: "limits.setWorkflowDaily", subject: workflowId, detail });
      }),
  };
}
