import { z } from "zod";
import { versionId, workflowId } from "../ids.ts";
import { diagnostic } from "./diagnostic.ts";
import { executionStatus } from "./execution.ts";
import { graph } from "./graph.ts";
import { pageRequest } from "./page.ts";

const time = z.iso.datetime({ offset: true });
export const workflowName = z.string().trim().min(1).max(120);
export const workflowDescription = z.string().max(2_000);

export const workflowSummary = z.strictObject({
  id: workflowId,
  name: workflowName,
  description: workflowDescription,
  nodeCount: z.int(),
  createdAt: time,
  updatedAt: time,
  createdBy: z.string(),
  lastExecution: z.strictObject({ id: z.string(), status: executionStatus, createdAt: time }).nullable(),
});
export type WorkflowSummary = z.infer<typeof workflowSummary>;

export const workflowDetail = z.strictObject({
  ...workflowSummary.shape,
  graph,
  diagnostics: z.array(diagnostic),
});
export type WorkflowDetail = z.infer<typeof workflowDetail>;

export const workflowSort = z.enum(["updated", "created", "name"]);
export const workflowListRequest = z.strictObject({
  ...pageRequest.shape,
  search: z.string().trim().max(200).optional(),
  sort: workflowSort.default("updated"),
});

export const workflowCreate = z.strictObject({
  name: workflowName.default("Untitled workflow"),
  description: workflowDescription.default(""),
  graph: graph.optional(),
});
export const workflowUpdate = z.strictObject({
  id: workflowId,
  name: workflowName.optional(),
  description: workflowDescription.optional(),
  /** Replaces the document's graph; open editors see it as one edit. */
  graph: graph.optional(),
});

export const workflowVersion = z.strictObject({
  id: versionId,
  workflowId,
  number: z.int().min(1),
  graph,
  createdAt: time,
});
export type WorkflowVersion = z.infer<typeof workflowVersion>;
