import { type SQL, sql } from "drizzle-orm";
import { index, integer, json, jsonb, pgTable, primaryKey, text } from "drizzle-orm/pg-core";
import type { ExecutionId, WorkspaceId } from "#src/ids.ts";
import type { JsonValue } from "#src/json.ts";
import type { StepKey } from "#src/schemas/executionEvent.ts";
import type { Interrupt } from "#src/schemas/interrupt.ts";
import type { Principal } from "#src/schemas/principal.ts";
import { engineRole, tenantPolicy, time, wholeTablePolicy } from "./columns.ts";
import { workflowExecutions } from "./executions.ts";

/**
 * Every step that waits now: written in the commit of its `step_waiting`, gone with the commit that ends it or its execution. A
 * table and not a look into the logs, because an answer is checked against it in its own transaction (once, in time, of this very
 * wait), and because "what waits for me" is asked by every open window.
 */
export const executionWaits = pgTable(
  "execution_waits",
  {
    executionId: text("execution_id")
      .$type<ExecutionId>()
      .notNull()
      .references(() => workflowExecutions.id, { onDelete: "cascade" }),
    stepKey: text("step_key").$type<StepKey>().notNull(),
    attempt: integer("attempt").notNull(),
    workspaceId: text("workspace_id").$type<WorkspaceId>().notNull(),
    interrupt: jsonb("interrupt").$type<Interrupt>().notNull(),
    kind: text("kind")
      .$type<Interrupt["kind"]>()
      .notNull()
      .generatedAlwaysAs((): SQL => sql`interrupt ->> 'kind'`),
    /** The execution that it waits for. */
    childExecutionId: text("child_execution_id")
      .$type<ExecutionId>()
      .generatedAlwaysAs((): SQL => sql`interrupt ->> 'executionId'`),
    since: time("since").notNull(),
    /** On the database's clock: no answer is taken from then on. */
    dueAt: time("due_at"),
    /** It has its answer, and is about to go on. */
    answeredAt: time("answered_at"),
  },
  (table) => [
    primaryKey({ columns: [table.executionId, table.stepKey] }),
    index("execution_waits_open").on(table.workspaceId, table.since, table.executionId).where(sql`answered_at is null`),
    index("execution_waits_child")
      .on(table.childExecutionId)
      .where(sql`child_execution_id is not null and answered_at is null`),
    tenantPolicy("execution_waits"),
    wholeTablePolicy("execution_waits", engineRole),
  ],
);

/**
 * Calls that came before a step waited for their name; each is gone when one has taken it, the rest with their execution. A row of
 * its own and not an answer, because an answer is to one wait, and there is none yet.
 */
export const executionSignals = pgTable(
  "execution_signals",
  {
    executionId: text("execution_id")
      .$type<ExecutionId>()
      .notNull()
      .references(() => workflowExecutions.id, { onDelete: "cascade" }),
    /** In the order in which they came. */
    place: integer("place").notNull(),
    workspaceId: text("workspace_id").$type<WorkspaceId>().notNull(),
    name: text("name").notNull(),
    value: json("value").$type<JsonValue>().notNull(),
    /** Of the value's JSON in UTF-8. */
    bytes: integer("bytes").notNull(),
    by: jsonb("by").$type<Principal>().notNull(),
    at: time("at").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.executionId, table.place] }),
    tenantPolicy("execution_signals"),
    wholeTablePolicy("execution_signals", engineRole),
  ],
);

/** Every answer that was taken. With an empty step key it is a new budget of the execution. Never changed. */
export const executionAnswers = pgTable(
  "execution_answers",
  {
    executionId: text("execution_id")
      .$type<ExecutionId>()
      .notNull()
      .references(() => workflowExecutions.id, { onDelete: "cascade" }),
    stepKey: text("step_key").notNull(),
    /** The attempt that waited: one answer for each wait. */
    attempt: integer("attempt").notNull(),
    workspaceId: text("workspace_id").$type<WorkspaceId>().notNull(),
    /** From 1, without gaps, for each execution; the execution's row has the last. */
    place: integer("place").notNull(),
    value: json("value").$type<JsonValue>().notNull(),
    by: jsonb("by").$type<Principal>().notNull(),
    at: time("at").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.executionId, table.stepKey, table.attempt] }),
    tenantPolicy("execution_answers"),
    wholeTablePolicy("execution_answers", engineRole),
  ],
);
