import { and, asc, eq, sql } from "drizzle-orm";
import type { ProfileId, WorkspaceId } from "#src/ids.ts";
import type { AgentLimit, DailyBudget, DailyUse } from "#src/schemas/limits.ts";
import type { Tx } from "../client.ts";
import { agentLimits, dailyBudgets, dailySpending, workflowExecutions as executions } from "../schema/index.ts";

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
  await tx
    .update(executions)
    .set({ wakeAt: sql`date_trunc('milliseconds', clock_timestamp())` })
    .where(
      and(eq(executions.workspaceId, workspaceId), eq(executions.status, "waiting"), eq(executions.wakeAt, renewsAt)),
    );
}
