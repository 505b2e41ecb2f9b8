import { and, asc, desc, eq, isNotNull, isNull, or, type SQL, sql } from "drizzle-orm";
import type { ProfileId, WorkspaceId } from "#src/ids.ts";
import type { AgentLimit, DailyBudget, DailyUse, WorkflowDailyBudget, WorkflowDay } from "#src/schemas/limits.ts";
import type { Tx } from "../client.ts";
import {
  agentLimits,
  dailyBudgets,
  dailySpending,
  workflowExecutions as executions,
  workflowBudgets,
  workflowSpending,
  workflows,
} from "../schema/index.ts";

interface By {
  readonly workspaceId: WorkspaceId;
  readonly profileId: ProfileId;
}

export async function listAgentLimits(tx: Tx, workspaceId: WorkspaceId): Promise<AgentLimit[]> {
  return tx
    .select({ agent: agentLimits.agent, concurrency: agentLimits.concurrency, perMinute: agentLimits.perMinute })
    .from(agentLimits)
    .where(eq(agentLimits.workspaceId, workspaceId))
    .orderBy(asc(agentLimits.agent));
}

/** Without either number the limit is taken away. */
export async function putAgentLimit(tx: Tx, by: By, { agent, concurrency, perMinute }: AgentLimit): Promise<void> {
  const { workspaceId, profileId } = by;
  if (concurrency === null && perMinute === null) {
    await tx.delete(agentLimits).where(and(eq(agentLimits.workspaceId, workspaceId), eq(agentLimits.agent, agent)));
    return;
  }
  const set = { concurrency, perMinute, updatedBy: profileId, updatedAt: sql`now()` };
  await tx
    .insert(agentLimits)
    .values({ workspaceId, agent, concurrency, perMinute, updatedBy: profileId })
    .onConflictDoUpdate({ target: [agentLimits.workspaceId, agentLimits.agent], set });
}

/** The day's budget and what was used of it, on the database's day in UTC. */
export async function readDaily(
  tx: Tx,
  workspaceId: WorkspaceId,
): Promise<{ readonly daily: DailyBudget; readonly used: DailyUse }> {
  const [budget] = await tx
    .select({ tokens: dailyBudgets.tokens, dollars: dailyBudgets.dollars })
    .from(dailyBudgets)
    .where(eq(dailyBudgets.workspaceId, workspaceId));
  const isToday = eq(dailySpending.day, sql`(clock_timestamp() at time zone 'utc')::date`);
  const [used] = await tx
    .select({ tokens: dailySpending.tokens, dollars: dailySpending.dollars })
    .from(dailySpending)
    .where(and(eq(dailySpending.workspaceId, workspaceId), isToday));
  return { daily: budget ?? { tokens: null, dollars: null }, used: used ?? { tokens: 0, dollars: 0 } };
}

const mostUsed = 100;

/** Of workflows with a budget or with use today: those with a budget first. */
export async function listWorkflowDays(tx: Tx, workspaceId: WorkspaceId): Promise<WorkflowDay[]> {
  const isToday = eq(workflowSpending.day, sql`(clock_timestamp() at time zone 'utc')::date`);
  const hasBudget = isNotNull(workflowBudgets.workflowId);
  const rows = await tx
    .select({
      workflowId: workflows.id,
      name: workflows.name,
      tokens: workflowBudgets.tokens,
      dollars: workflowBudgets.dollars,
      usedTokens: workflowSpending.tokens,
      usedDollars: workflowSpending.dollars,
      isLimited: sql<boolean>`${hasBudget}`,
    })
    .from(workflows)
    .leftJoin(workflowBudgets, eq(workflowBudgets.workflowId, workflows.id))
    .leftJoin(workflowSpending, and(eq(workflowSpending.workflowId, workflows.id), isToday))
    .where(
      and(
        eq(workflows.workspaceId, workspaceId),
        isNull(workflows.deletedAt),
        or(hasBudget, isNotNull(workflowSpending.workflowId)),
      ),
    )
    .orderBy(desc(sql`${hasBudget}`), asc(sql`lower(${workflows.name})`), asc(workflows.id));
  const limited = rows.filter(({ isLimited }) => isLimited);
  const others = rows.filter(({ isLimited }) => !isLimited).slice(0, mostUsed);
  return [...limited, ...others].map(({ workflowId, name, tokens, dollars, usedTokens, usedDollars }) => ({
    workflowId,
    name,
    daily: { tokens, dollars },
    usedToday: { tokens: usedTokens ?? 0, dollars: usedDollars ?? 0 },
  }));
}

/** Without either number the budget is taken away. Wakes those of the workflow, as `putDaily`. False: there is no such workflow. */
export async function putWorkflowDaily(
  tx: Tx,
  { workspaceId, profileId }: By,
  { workflowId, tokens, dollars, renewsAt }: WorkflowDailyBudget & { readonly renewsAt: Date },
): Promise<boolean> {
  const isIt = and(eq(workflows.workspaceId, workspaceId), eq(workflows.id, workflowId), isNull(workflows.deletedAt));
  const [found] = await tx.select({ id: workflows.id }).from(workflows).where(isIt);
  if (found === undefined) return false;
  if (tokens === null && dollars === null)
    await tx.delete(workflowBudgets).where(eq(workflowBudgets.workflowId, workflowId));
  else
    await tx
      .insert(workflowBudgets)
      .values({ workflowId, workspaceId, tokens, dollars, updatedBy: profileId })
      .onConflictDoUpdate({
        target: workflowBudgets.workflowId,
        set: { tokens, dollars, updatedBy: profileId, updatedAt: sql`now()` },
      });
  await wake(tx, and(eq(executions.workspaceId, workspaceId), eq(executions.workflowId, workflowId)), renewsAt);
  return true;
}

async function wake(tx: Tx, isTheirs: SQL | undefined, renewsAt: Date): Promise<void> {
  await tx
    .update(executions)
    .set({ wakeAt: sql`date_trunc('milliseconds', clock_timestamp())` })
    .where(and(isTheirs, eq(executions.status, "waiting"), eq(executions.wakeAt, renewsAt)));
}

/**
 * Sets the budget and lets executions go on that wait for the day that begins at `renewsAt`: those that the new limits hold, too,
 * wait again.
 */
export async function putDaily(
  tx: Tx,
  { workspaceId, profileId }: By,
  { tokens, dollars, renewsAt }: DailyBudget & { readonly renewsAt: Date },
): Promise<void> {
  await tx
    .insert(dailyBudgets)
    .values({ workspaceId, tokens, dollars, updatedBy: profileId })
    .onConflictDoUpdate({
      target: dailyBudgets.workspaceId,
      set: { tokens, dollars, updatedBy: profileId, updatedAt: sql`now()` },
    });
  await wake(tx, eq(executions.workspaceId, workspaceId), renewsAt);
}
