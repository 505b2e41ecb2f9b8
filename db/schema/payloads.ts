import { integer, json, pgTable, primaryKey, text } from "drizzle-orm/pg-core";
import type { ExecutionId, WorkspaceId } from "#src/ids.ts";
import type { JsonValue } from "#src/json.ts";
import { endedOnlyPolicy, engineRole, tenantPolicy, wholeTablePolicy } from "./columns.ts";
import { ofEndedExecution, workflowExecutions } from "./executions.ts";

/**
 * Values too large for an event, once for each execution however many events, steps and outputs tell of them: those hold a reference
 * by hash. By execution and not by workspace, because the repetitions are within one execution: it takes them with it, and nobody
 * has to count who still needs them. Rows are inserted and read, never changed.
 */
export const payloads = pgTable(
  "payloads",
  {
    executionId: text("execution_id")
      .$type<ExecutionId>()
      .notNull()
      .references(() => workflowExecutions.id, { onDelete: "cascade" }),
    /** SHA-256 of the value's JSON as it is stored here, in hex. */
    hash: text("hash").notNull(),
    workspaceId: text("workspace_id").$type<WorkspaceId>().notNull(),
    /** Of that JSON in UTF-8, before the database compresses it. */
    bytes: integer("bytes").notNull(),
    /** json, as in the log: keeps the order of keys, on which the hash depends, and what jsonb refuses. */
    value: json("value").$type<JsonValue>().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.executionId, table.hash] }),
    tenantPolicy("payloads"),
    wholeTablePolicy("payloads", engineRole),
    endedOnlyPolicy("payloads", ofEndedExecution),
  ],
);
