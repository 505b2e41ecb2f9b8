// The one allowed barrel: Drizzle and drizzle-kit want all tables in one module.
export * from "./agents.ts";
export * from "./auditLog.ts";
export * from "./documents.ts";
export * from "./executions.ts";
export * from "./limits.ts";
export * from "./payloads.ts";
export * from "./profiles.ts";
export * from "./retention.ts";
export * from "./schedules.ts";
export * from "./testCases.ts";
export * from "./waits.ts";
export * from "./workflows.ts";
export * from "./workspaces.ts";
