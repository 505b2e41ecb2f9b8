CREATE TABLE "retention_rules" (
	"workspace_id" text PRIMARY KEY NOT NULL,
	"max_age_days" integer,
	"max_executions" integer,
	"max_bytes" bigint,
	"updated_by" text NOT NULL,
	"updated_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "retention_rules_positive" CHECK (coalesce(max_age_days, 1) >= 1 and coalesce(max_executions, 1) >= 1 and coalesce(max_bytes, 1) >= 1)
);
--> statement-breakpoint
ALTER TABLE "retention_rules" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "storage_use" (
	"workspace_id" text PRIMARY KEY NOT NULL,
	"executions" bigint DEFAULT 0 NOT NULL,
	"execution_bytes" bigint DEFAULT 0 NOT NULL,
	"events" bigint DEFAULT 0 NOT NULL,
	"event_bytes" bigint DEFAULT 0 NOT NULL,
	"steps" bigint DEFAULT 0 NOT NULL,
	"step_bytes" bigint DEFAULT 0 NOT NULL,
	"measured_until" timestamp (3) with time zone,
	"removed" bigint DEFAULT 0 NOT NULL,
	"removed_bytes" bigint DEFAULT 0 NOT NULL,
	"removed_until" timestamp (3) with time zone,
	"last_removed_at" timestamp (3) with time zone,
	"unreported" bigint DEFAULT 0 NOT NULL,
	"unreported_bytes" bigint DEFAULT 0 NOT NULL,
	"reported_at" timestamp (3) with time zone,
	"checked_at" timestamp (3) with time zone
);
--> statement-breakpoint
ALTER TABLE "storage_use" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE "workflow_executions" ADD COLUMN "stored_bytes" bigint;--> statement-breakpoint
ALTER TABLE "retention_rules" ADD CONSTRAINT "retention_rules_workspace_id_workspaces_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "public"."workspaces"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "storage_use" ADD CONSTRAINT "storage_use_workspace_id_workspaces_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "public"."workspaces"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "workflow_executions_ended" ON "workflow_executions" USING btree ("workspace_id","ended_at","id") WHERE ended_at is not null;--> statement-breakpoint
CREATE POLICY "audit_log_engine" ON "audit_log" AS PERMISSIVE FOR INSERT TO "agentflow_engine" WITH CHECK (true);--> statement-breakpoint
CREATE POLICY "retention_rules_tenant" ON "retention_rules" AS PERMISSIVE FOR ALL TO "agentflow_tenant" USING (workspace_id = nullif(current_setting('app.workspace_id', true), '')) WITH CHECK (workspace_id = nullif(current_setting('app.workspace_id', true), ''));--> statement-breakpoint
CREATE POLICY "retention_rules_engine" ON "retention_rules" AS PERMISSIVE FOR ALL TO "agentflow_engine" USING (true) WITH CHECK (true);--> statement-breakpoint
CREATE POLICY "storage_use_tenant" ON "storage_use" AS PERMISSIVE FOR ALL TO "agentflow_tenant" USING (workspace_id = nullif(current_setting('app.workspace_id', true), '')) WITH CHECK (workspace_id = nullif(current_setting('app.workspace_id', true), ''));--> statement-breakpoint
CREATE POLICY "storage_use_engine" ON "storage_use" AS PERMISSIVE FOR ALL TO "agentflow_engine" USING (true) WITH CHECK (true);--> statement-breakpoint
alter table retention_rules force row level security;--> statement-breakpoint
alter table storage_use force row level security;--> statement-breakpoint
grant select, insert, update on retention_rules to agentflow_tenant;--> statement-breakpoint
grant select on storage_use to agentflow_tenant;--> statement-breakpoint
grant select on retention_rules to agentflow_engine;--> statement-breakpoint
grant select, insert, update on storage_use to agentflow_engine;--> statement-breakpoint
-- Retention removes executions that have ended. Nobody changes what is kept: there is still no right to update events and steps.
grant delete on workflow_executions, execution_steps, execution_events to agentflow_engine;--> statement-breakpoint
grant insert on audit_log to agentflow_engine;
