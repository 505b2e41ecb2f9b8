import { and, asc, eq, gt, isNull, lt, lte, type SQL, sql } from "drizzle-orm";
import type { ExecutionId, ProfileId, ScheduleId, WorkflowId, WorkspaceId } from "#src/ids.ts";
import type { JsonValue } from "#src/json.ts";
import type { Schedule } from "#src/schemas/schedule.ts";
import type { Tx } from "../client.ts";
import { workflowExecutions } from "../schema/executions.ts";
import { schedules } from "../schema/schedules.ts";
import { workflows } from "../schema/workflows.ts";

/** What it takes to start one. */
const dueColumns = {
  id: schedules.id,
  workspaceId: schedules.workspaceId,
  workflowId: schedules.workflowId,
  name: schedules.name,
  cron: schedules.cron,
  timezone: schedules.timezone,
  // Past drizzle's own decoder, which parses a stored text once more when it looks like JSON.
  input: sql<JsonValue | null>`${schedules.input}`,
  createdBy: schedules.createdBy,
  nextRunAt: schedules.nextRunAt,
};
const columns = {
  ...dueColumns,
  enabled: schedules.enabled,
  createdAt: schedules.createdAt,
  updatedAt: schedules.updatedAt,
  lastRunAt: schedules.lastRunAt,
  lastExecutionId: schedules.lastExecutionId,
  lastStatus: workflowExecutions.status,
  lastError: schedules.lastError,
};

const select = (tx: Tx) =>
  tx
    .select(columns)
    .from(schedules)
    .innerJoin(workflows, eq(workflows.id, schedules.workflowId))
    .leftJoin(workflowExecutions, eq(workflowExecutions.id, schedules.lastExecutionId));
type Row = Awaited<ReturnType<typeof select>>[number];

const iso = (time: Date | null) => time?.toISOString() ?? null;
const scheduleOf = ({ workspaceId: _, createdBy: __, ...row }: Row): Schedule => ({
  ...row,
  createdAt: row.createdAt.toISOString(),
  updatedAt: row.updatedAt.toISOString(),
  nextRunAt: iso(row.nextRunAt),
  lastRunAt: iso(row.lastRunAt),
});

interface Key {
  readonly workspaceId: WorkspaceId;
  readonly id: ScheduleId;
}
const isRow = ({ workspaceId, id }: Key) => and(eq(schedules.workspaceId, workspaceId), eq(schedules.id, id));
const isShown = and(isNull(schedules.deletedAt), isNull(workflows.deletedAt));
const json = (input: JsonValue | null): SQL => sql`${JSON.stringify(input)}::jsonb`;

/** The oldest first; those of deleted workflows are not shown. At most 1,000. */
export async function schedulesOf(tx: Tx, workspaceId: WorkspaceId, workflowId?: WorkflowId): Promise<Schedule[]> {
  const conditions = [eq(schedules.workspaceId, workspaceId), isShown];
  if (workflowId !== undefined) conditions.push(eq(schedules.workflowId, workflowId));
  const rows = await select(tx)
    .where(and(...conditions))
    .orderBy(asc(schedules.createdAt), asc(schedules.id))
    .limit(1_000);
  return rows.map(scheduleOf);
}

export async function countSchedules(tx: Tx, workspaceId: WorkspaceId): Promise<number> {
  return tx.$count(schedules, and(eq(schedules.workspaceId, workspaceId), isNull(schedules.deletedAt)));
}

export async function findSchedule(tx: Tx, key: Key): Promise<Schedule | null> {
  const [row] = await select(tx).where(and(isRow(key), isShown));
  return row === undefined ? null : scheduleOf(row);
}

export interface NewSchedule extends Key {
  readonly workflowId: WorkflowId;
  readonly name: string;
  readonly cron: string;
  readonly timezone: string;
  readonly input: JsonValue | null;
  readonly enabled: boolean;
  readonly createdBy: ProfileId;
  readonly createdAt: Date;
  readonly nextRunAt: Date | null;
}

export async function insertSchedule(tx: Tx, row: NewSchedule): Promise<void> {
  await tx.insert(schedules).values({ ...row, input: json(row.input), updatedAt: row.createdAt });
}

export interface ScheduleChange
  extends Pick<NewSchedule, "name" | "cron" | "timezone" | "input" | "enabled" | "nextRunAt"> {
  readonly updatedAt: Date;
}

export async function updateSchedule(tx: Tx, key: Key, change: ScheduleChange): Promise<void> {
  await tx
    .update(schedules)
    .set({ ...change, input: json(change.input) })
    .where(isRow(key));
}

/** It starts nothing from now on, and can be restored. What was deleted before `forget` is gone. False when there is none. */
export async function deleteSchedule(tx: Tx, key: Key, { at, forget }: { at: Date; forget: Date }): Promise<boolean> {
  await tx.delete(schedules).where(and(eq(schedules.workspaceId, key.workspaceId), lt(schedules.deletedAt, forget)));
  const deleted = await tx
    .update(schedules)
    .set({ deletedAt: at, nextRunAt: null })
    .where(and(isRow(key), isNull(schedules.deletedAt)))
    .returning({ id: schedules.id });
  return deleted.length > 0;
}

/** One that was deleted after `forget` is as it was, but for its next time. False when there is none that was. */
export async function undeleteSchedule(tx: Tx, key: Key, forget: Date): Promise<boolean> {
  const restored = await tx
    .update(schedules)
    .set({ deletedAt: null })
    .where(and(isRow(key), gt(schedules.deletedAt, forget)))
    .returning({ id: schedules.id });
  return restored.length > 0;
}

/** What has to start, as the engine sees it. */
export interface DueSchedule extends Omit<NewSchedule, "enabled" | "createdAt"> {
  readonly nextRunAt: Date;
}

/** Of all workspaces, the longest due first. For `withEngine`. */
export async function dueSchedules(tx: Tx, at: Date, limit: number): Promise<DueSchedule[]> {
  const rows = await tx
    .select(dueColumns)
    .from(schedules)
    .where(and(eq(schedules.enabled, true), lte(schedules.nextRunAt, at)))
    .orderBy(asc(schedules.nextRunAt))
    .limit(limit);
  return rows.flatMap((row) => (row.nextRunAt === null ? [] : [{ ...row, nextRunAt: row.nextRunAt }]));
}

/** Whether any schedule of any workspace is enabled. For `withEngine`. */
export async function hasSchedules(tx: Tx): Promise<boolean> {
  const rows = await tx
    .select({ id: schedules.id })
    .from(schedules)
    .where(and(eq(schedules.enabled, true), isNull(schedules.deletedAt)))
    .limit(1);
  return rows.length > 0;
}

export interface Fired {
  readonly nextRunAt: Date | null;
  readonly executionId: ExecutionId | null;
  readonly error: string | null;
}

/** Moves a schedule on, if it still is due at that time and nobody changed it meanwhile. For `withEngine`. */
export async function moveScheduleOn(tx: Tx, due: DueSchedule, fired: Fired): Promise<void> {
  await tx
    .update(schedules)
    .set({
      nextRunAt: fired.nextRunAt,
      lastRunAt: due.nextRunAt,
      lastExecutionId: fired.executionId,
      lastError: fired.error,
    })
    .where(and(eq(schedules.id, due.id), eq(schedules.enabled, true), eq(schedules.nextRunAt, due.nextRunAt)));
}
