CREATE TABLE "pinned_outputs" (
	"workflow_id" text NOT NULL,
	"node_id" text NOT NULL,
	"workspace_id" text NOT NULL,
	"outputs" jsonb NOT NULL,
	"pinned_by" text NOT NULL,
	"pinned_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "pinned_outputs_workflow_id_node_id_pk" PRIMARY KEY("workflow_id","node_id")
);
--> statement-breakpoint
ALTER TABLE "pinned_outputs" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "test_cases" (
	"id" text PRIMARY KEY NOT NULL,
	"workspace_id" text NOT NULL,
	"workflow_id" text NOT NULL,
	"version_id" text NOT NULL,
	"source_execution_id" text NOT NULL,
	"name" text NOT NULL,
	"mode" text NOT NULL,
	"recording" jsonb NOT NULL,
	"created_by" text NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"last_result" jsonb,
	"last_run_at" timestamp (3) with time zone
);
--> statement-breakpoint
ALTER TABLE "test_cases" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE "workflow_executions" ADD COLUMN "source_execution_id" text GENERATED ALWAYS AS (trigger #>> '{source,executionId}') STORED;--> statement-breakpoint
ALTER TABLE "workflow_executions" ADD COLUMN "source_step_key" text GENERATED ALWAYS AS (trigger #>> '{source,stepKey}') STORED;--> statement-breakpoint
ALTER TABLE "pinned_outputs" ADD CONSTRAINT "pinned_outputs_workflow" FOREIGN KEY ("workspace_id","workflow_id") REFERENCES "public"."workflows"("workspace_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "test_cases" ADD CONSTRAINT "test_cases_version_id_workflow_versions_id_fk" FOREIGN KEY ("version_id") REFERENCES "public"."workflow_versions"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "test_cases" ADD CONSTRAINT "test_cases_workflow" FOREIGN KEY ("workspace_id","workflow_id") REFERENCES "public"."workflows"("workspace_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "test_cases_of_workflow" ON "test_cases" USING btree ("workflow_id","created_at");--> statement-breakpoint
CREATE INDEX "workflow_executions_source" ON "workflow_executions" USING btree ("source_execution_id","created_at") WHERE source_execution_id is not null;--> statement-breakpoint
CREATE POLICY "pinned_outputs_tenant" ON "pinned_outputs" AS PERMISSIVE FOR ALL TO "agentflow_tenant" USING (workspace_id = nullif(current_setting('app.workspace_id', true), '')) WITH CHECK (workspace_id = nullif(current_setting('app.workspace_id', true), ''));--> statement-breakpoint
CREATE POLICY "test_cases_tenant" ON "test_cases" AS PERMISSIVE FOR ALL TO "agentflow_tenant" USING (workspace_id = nullif(current_setting('app.workspace_id', true), '')) WITH CHECK (workspace_id = nullif(current_setting('app.workspace_id', true), ''));--> statement-breakpoint
alter table pinned_outputs force row level security;--> statement-breakpoint
alter table test_cases force row level security;--> statement-breakpoint
grant select, insert, update, delete on pinned_outputs, test_cases to agentflow_tenant;
