import { foreignKey, index, jsonb, pgTable, primaryKey, text } from "drizzle-orm/pg-core";
import type { ExecutionId, ProfileId, TestCaseId, VersionId, WorkflowId, WorkspaceId } from "#src/ids.ts";
import type { StepOutputs } from "#src/schemas/executionEvent.ts";
import type { NodeId } from "#src/schemas/graph.ts";
import type { ComparisonMode, Recording, TestResult } from "#src/schemas/testCase.ts";
import { createdAt, tenantPolicy, time } from "./columns.ts";
import { workflows, workflowVersions } from "./workflows.ts";

/** Executions kept as tests of their workflow. The recording is a copy: retention may take the execution away. */
export const testCases = pgTable(
  "test_cases",
  {
    id: text("id").$type<TestCaseId>().primaryKey(),
    workspaceId: text("workspace_id").$type<WorkspaceId>().notNull(),
    workflowId: text("workflow_id").$type<WorkflowId>().notNull(),
    /** The graph of the recording. */
    versionId: text("version_id")
      .$type<VersionId>()
      .notNull()
      .references(() => workflowVersions.id),
    sourceExecutionId: text("source_execution_id").$type<ExecutionId>().notNull(),
    name: text("name").notNull(),
    mode: text("mode").$type<ComparisonMode>().notNull(),
    recording: jsonb("recording").$type<Recording>().notNull(),
    createdBy: text("created_by").$type<ProfileId>().notNull(),
    createdAt: createdAt(),
    /** How it went the last time; null before the first. */
    lastResult: jsonb("last_result").$type<TestResult>(),
    lastRunAt: time("last_run_at"),
  },
  (table) => [
    index("test_cases_of_workflow").on(table.workflowId, table.createdAt),
    foreignKey({
      name: "test_cases_workflow",
      columns: [table.workspaceId, table.workflowId],
      foreignColumns: [workflows.workspaceId, workflows.id],
    }).onDelete("cascade"),
    tenantPolicy("test_cases"),
  ],
);

/** Outputs that stand in for a step's work in manual runs. Of the workflow, not of a person; in no version. */
export const pinnedOutputs = pgTable(
  "pinned_outputs",
  {
    workflowId: text("workflow_id").$type<WorkflowId>().notNull(),
    nodeId: text("node_id").$type<NodeId>().notNull(),
    workspaceId: text("workspace_id").$type<WorkspaceId>().notNull(),
    outputs: jsonb("outputs").$type<StepOutputs>().notNull(),
    pinnedBy: text("pinned_by").$type<ProfileId>().notNull(),
    pinnedAt: time("pinned_at").notNull().defaultNow(),
  },
  (table) => [
    primaryKey({ columns: [table.workflowId, table.nodeId] }),
    foreignKey({
      name: "pinned_outputs_workflow",
      columns: [table.workspaceId, table.workflowId],
      foreignColumns: [workflows.workspaceId, workflows.id],
    }).onDelete("cascade"),
    tenantPolicy("pinned_outputs"),
  ],
);
