CREATE TABLE "schedules" (
	"id" text PRIMARY KEY NOT NULL,
	"workspace_id" text NOT NULL,
	"workflow_id" text NOT NULL,
	"name" text NOT NULL,
	"cron" text NOT NULL,
	"timezone" text NOT NULL,
	"input" jsonb,
	"enabled" boolean DEFAULT true NOT NULL,
	"created_by" text NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"next_run_at" timestamp (3) with time zone,
	"last_run_at" timestamp (3) with time zone,
	"last_execution_id" text,
	"last_error" text
);
--> statement-breakpoint
ALTER TABLE "schedules" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
DROP INDEX "workflow_executions_unclaimed";--> statement-breakpoint
ALTER TABLE "workflow_executions" ADD COLUMN "priority" smallint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "workflow_executions" ADD COLUMN "concurrency_limit" integer;--> statement-breakpoint
ALTER TABLE "workflow_executions" ADD COLUMN "concurrency_slot" integer;--> statement-breakpoint
ALTER TABLE "schedules" ADD CONSTRAINT "schedules_workflow" FOREIGN KEY ("workspace_id","workflow_id") REFERENCES "public"."workflows"("workspace_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "schedules_of_workflow" ON "schedules" USING btree ("workflow_id","created_at");--> statement-breakpoint
CREATE INDEX "schedules_of_workspace" ON "schedules" USING btree ("workspace_id","created_at");--> statement-breakpoint
CREATE INDEX "schedules_due" ON "schedules" USING btree ("next_run_at") WHERE enabled and next_run_at is not null;--> statement-breakpoint
CREATE INDEX "workflow_executions_let_go" ON "workflow_executions" USING btree ("created_at") WHERE lease_owner is null and status in ('running', 'cancelling');--> statement-breakpoint
CREATE INDEX "workflow_executions_queued" ON "workflow_executions" USING btree ("workspace_id","priority" DESC NULLS LAST,"created_at") WHERE lease_owner is null and status = 'queued' and concurrency_limit is null;--> statement-breakpoint
CREATE INDEX "workflow_executions_limited" ON "workflow_executions" USING btree ("workflow_id","priority" DESC NULLS LAST,"created_at") WHERE lease_owner is null and status = 'queued' and concurrency_limit is not null;--> statement-breakpoint
CREATE UNIQUE INDEX "workflow_executions_slots" ON "workflow_executions" USING btree ("workflow_id","concurrency_slot") WHERE concurrency_slot is not null and (lease_owner is not null or status in ('running', 'cancelling'));--> statement-breakpoint
CREATE INDEX "workflow_executions_cancels" ON "workflow_executions" USING btree ("created_at") WHERE cancel_requested is not null and status in ('queued', 'running', 'waiting', 'cancelling');--> statement-breakpoint
CREATE POLICY "schedules_tenant" ON "schedules" AS PERMISSIVE FOR ALL TO "agentflow_tenant" USING (workspace_id = nullif(current_setting('app.workspace_id', true), '')) WITH CHECK (workspace_id = nullif(current_setting('app.workspace_id', true), ''));--> statement-breakpoint
CREATE POLICY "schedules_engine" ON "schedules" AS PERMISSIVE FOR ALL TO "agentflow_engine" USING (true) WITH CHECK (true);--> statement-breakpoint
alter table schedules force row level security;--> statement-breakpoint
grant select, insert, update, delete on schedules to agentflow_tenant;--> statement-breakpoint
grant select, update on schedules to agentflow_engine;
