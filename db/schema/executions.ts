import { type SQL, sql } from "drizzle-orm";
import {
  bigint,
  foreignKey,
  index,
  integer,
  json,
  jsonb,
  pgEnum,
  pgTable,
  primaryKey,
  smallint,
  text,
  uniqueIndex,
} from "drizzle-orm/pg-core";
import type { RowBody } from "#src/engine/logRows.ts";
import type { ExecutionId, VersionId, WorkflowId, WorkspaceId } from "#src/ids.ts";
import type { JsonValue } from "#src/json.ts";
import { executionStatuses } from "#src/schemas/execution.ts";
import type { ExecutionEventType } from "#src/schemas/executionEvent.ts";
import type { Principal, Trigger } from "#src/schemas/principal.ts";
import type { StepError } from "#src/schemas/stepError.ts";
import { createdAt, endedOnlyPolicy, engineRole, tenantPolicy, time, wholeTablePolicy } from "./columns.ts";
import { workflows, workflowVersions } from "./workflows.ts";

/**
 * An enum, not text with a check: Postgres parses a check again for each statement, 20 us on the hottest path. The final statuses
 * come last; the trigger that makes them absorbing compares by that order.
 */
export const executionStatus = pgEnum("execution_status", executionStatuses);

/** Also of one whose row is gone already. Names the table of the row in question, which has such a column and no `id`. */
export const ofEndedExecution = sql`not exists (select 1 from workflow_executions where id = execution_id and status < 'succeeded')`;

/** What an execution's events come to, and who holds it. Written only by the execution store, in the events' commit. */
export const workflowExecutions = pgTable(
  "workflow_executions",
  {
    id: text("id").$type<ExecutionId>().primaryKey(),
    workspaceId: text("workspace_id").$type<WorkspaceId>().notNull(),
    workflowId: text("workflow_id").$type<WorkflowId>().notNull(),
    versionId: text("version_id")
      .$type<VersionId>()
      .notNull()
      .references(() => workflowVersions.id),
    status: executionStatus("status").notNull(),
    trigger: jsonb("trigger").$type<Trigger>().notNull(),
    /** Lineage, from the trigger: the statements that write executions need not know of it. */
    sourceExecutionId: text("source_execution_id")
      .$type<ExecutionId>()
      .generatedAlwaysAs((): SQL => sql`trigger #>> '{source,executionId}'`),
    sourceStepKey: text("source_step_key").generatedAlwaysAs((): SQL => sql`trigger #>> '{source,stepKey}'`),
    /** The execution, and the step in it, that started this one and waits for it. */
    parentExecutionId: text("parent_execution_id")
      .$type<ExecutionId>()
      .generatedAlwaysAs((): SQL => sql`trigger #>> '{parent,executionId}'`),
    parentStepKey: text("parent_step_key").generatedAlwaysAs((): SQL => sql`trigger #>> '{parent,stepKey}'`),
    inputData: jsonb("input_data").$type<JsonValue>(),
    outputData: jsonb("output_data").$type<JsonValue>(),
    error: jsonb("error").$type<StepError>(),
    /** The worker that may write; null when anybody may claim. Null in every final status. */
    leaseOwner: text("lease_owner"),
    /** Fencing number: grows with each claim, checked in every write. */
    leaseEpoch: integer("lease_epoch").notNull().default(0),
    /** On the database's clock. */
    leaseExpiresAt: time("lease_expires_at"),
    /** The last event's number when the row was written last: hops leave the row as it is, so of one that runs the log may have more. */
    lastSeq: integer("last_seq").notNull(),
    recoveries: integer("recoveries").notNull().default(0),
    /** Who wants it cancelled; carried out by whoever holds or next claims the lease. */
    cancelRequested: jsonb("cancel_requested").$type<Principal>(),
    /** While it waits: when it may be claimed; null while only an answer wakes it. */
    wakeAt: time("wake_at"),
    /** How many answers to its steps were taken: who writes that it waits must know of all of them. */
    answers: integer("answers").notNull().default(0),
    inputTokens: bigint("input_tokens", { mode: "number" }).notNull().default(0),
    outputTokens: bigint("output_tokens", { mode: "number" }).notNull().default(0),
    /** Among those of its workspace that wait: the highest first. */
    priority: smallint("priority").notNull().default(0),
    /** How many of the workflow's executions may run at once, as its graph said when this one was made. */
    concurrencyLimit: integer("concurrency_limit"),
    /** Which of those places it has, from 1, while it runs. */
    concurrencySlot: integer("concurrency_slot"),
    /** How many of the workflow's executions may begin in a minute, as its graph said when this one was made. */
    startsPerMinute: integer("starts_per_minute"),
    /** With such a limit: which of the workflow's starts it was, from 1, and when, on the database's clock. */
    startNumber: bigint("start_number", { mode: "number" }),
    admittedAt: time("admitted_at"),
    /**
     * What its row, events and large values take, measured after it has ended; in no index, so that writing it down is a change in place.
     */
    storedBytes: bigint("stored_bytes", { mode: "number" }),
    createdAt: createdAt(),
    startedAt: time("started_at"),
    endedAt: time("ended_at"),
  },
  (table) => [
    index("workflow_executions_page").on(table.workspaceId, table.createdAt.desc(), table.id.desc()),
    index("workflow_executions_workflow_page").on(table.workflowId, table.createdAt.desc(), table.id.desc()),
    index("workflow_executions_status").on(table.workspaceId, table.status, table.createdAt.desc(), table.id.desc()),
    // Claims. `lease_expires_at` is in no index on purpose: renewing a lease then rewrites no index entry.
    index("workflow_executions_let_go")
      .on(table.createdAt)
      .where(sql`lease_owner is null and status in ('running', 'cancelling')`),
    index("workflow_executions_asleep").on(table.wakeAt).where(sql`lease_owner is null and status = 'waiting'`),
    // An index of its own, which is all but empty: the planner would rather read the table than look through the other one for these.
    index("workflow_executions_limited_asleep")
      .on(table.wakeAt)
      .where(sql`lease_owner is null and status = 'waiting' and concurrency_limit is not null`),
    index("workflow_executions_queued")
      .on(table.workspaceId, table.priority.desc(), table.createdAt)
      .where(sql`lease_owner is null and status = 'queued' and concurrency_limit is null`),
    index("workflow_executions_limited")
      .on(table.workflowId, table.priority.desc(), table.createdAt)
      .where(sql`lease_owner is null and status = 'queued' and concurrency_limit is not null`),
    // The limit itself: whoever claims at the same moment, two never have one place.
    uniqueIndex("workflow_executions_slots")
      .on(table.workflowId, table.concurrencySlot)
      .where(sql`concurrency_slot is not null and (lease_owner is not null or status in ('running', 'cancelling'))`),
    // The rate: two claims never give one number. It also finds the start so many numbers ago.
    uniqueIndex("workflow_executions_starts")
      .on(table.workflowId, table.startNumber)
      .where(sql`start_number is not null`),
    index("workflow_executions_cancels")
      .on(table.createdAt)
      .where(sql`cancel_requested is not null and status in ('queued', 'running', 'waiting', 'cancelling')`),
    index("workflow_executions_source")
      .on(table.sourceExecutionId, table.createdAt)
      .where(sql`source_execution_id is not null`),
    index("workflow_executions_children")
      .on(table.parentExecutionId, table.createdAt)
      .where(sql`parent_execution_id is not null`),
    // Retention: the oldest first.
    index("workflow_executions_ended").on(table.workspaceId, table.endedAt, table.id).where(sql`ended_at is not null`),
    // Orphans: looked for every few seconds, among those that still go on.
    index("workflow_executions_live_children")
      .on(table.parentExecutionId)
      .where(sql`parent_execution_id is not null and status in ('queued', 'running', 'waiting', 'cancelling')`),
    index("workflow_executions_held").on(table.leaseOwner).where(sql`lease_owner is not null`),
    foreignKey({
      name: "workflow_executions_workflow",
      columns: [table.workspaceId, table.workflowId],
      foreignColumns: [workflows.workspaceId, workflows.id],
    }).onDelete("cascade"),
    tenantPolicy("workflow_executions"),
    wholeTablePolicy("workflow_executions", engineRole),
    endedOnlyPolicy("workflow_executions", sql`status >= 'succeeded'`),
  ],
);

/**
 * The log: the truth. A row is what one commit tells of one execution, or a part of that (`toLogRows`). Rows are inserted and read,
 * never changed. No foreign key to the execution: a key would be checked again for each row of the hottest insert.
 */
export const executionEvents = pgTable(
  "execution_events",
  {
    executionId: text("execution_id").$type<ExecutionId>().notNull(),
    /**
     * Of the row's first event: from 1, without gaps. That the first is in the key is what keeps writers apart: two who go on from the
     * same event begin with the same number.
     */
    seq: integer("seq").notNull(),
    /** How many events the row has. */
    eventCount: integer("event_count").notNull().default(1),
    workspaceId: text("workspace_id").$type<WorkspaceId>().notNull(),
    /** Of all its events; null when they have several. */
    type: text("type").$type<ExecutionEventType>(),
    /** json, not jsonb: keeps what a model really said (U+0000 and lone surrogates, which jsonb refuses), and is cheaper to write. */
    body: json("body").$type<RowBody>().notNull(),
    /** The first event's own time, on the worker's clock. */
    at: time("at").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.executionId, table.seq] }),
    tenantPolicy("execution_events"),
    wholeTablePolicy("execution_events", engineRole),
    endedOnlyPolicy("execution_events", ofEndedExecution),
  ],
);
