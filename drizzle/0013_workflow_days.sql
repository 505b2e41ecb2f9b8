CREATE TABLE "workflow_budgets" (
	"workflow_id" text PRIMARY KEY NOT NULL,
	"workspace_id" text NOT NULL,
	"tokens" bigint,
	"dollars" double precision,
	"updated_by" text NOT NULL,
	"updated_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "workflow_budgets_positive" CHECK (tokens >= 1 or dollars > 0)
);
--> statement-breakpoint
ALTER TABLE "workflow_budgets" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "workflow_spending" (
	"workflow_id" text NOT NULL,
	"workspace_id" text NOT NULL,
	"day" date NOT NULL,
	"tokens" bigint NOT NULL,
	"dollars" double precision NOT NULL,
	CONSTRAINT "workflow_spending_workflow_id_day_pk" PRIMARY KEY("workflow_id","day")
);
--> statement-breakpoint
ALTER TABLE "workflow_spending" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE "workflow_budgets" ADD CONSTRAINT "workflow_budgets_workspace_id_workspaces_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "public"."workspaces"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "workflow_budgets" ADD CONSTRAINT "workflow_budgets_workflow" FOREIGN KEY ("workspace_id","workflow_id") REFERENCES "public"."workflows"("workspace_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "workflow_spending" ADD CONSTRAINT "workflow_spending_workspace_id_workspaces_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "public"."workspaces"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "workflow_spending" ADD CONSTRAINT "workflow_spending_workflow" FOREIGN KEY ("workspace_id","workflow_id") REFERENCES "public"."workflows"("workspace_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "workflow_budgets_of_workspace" ON "workflow_budgets" USING btree ("workspace_id");--> statement-breakpoint
CREATE POLICY "workflow_budgets_tenant" ON "workflow_budgets" AS PERMISSIVE FOR ALL TO "agentflow_tenant" USING (workspace_id = nullif(current_setting('app.workspace_id', true), '')) WITH CHECK (workspace_id = nullif(current_setting('app.workspace_id', true), ''));--> statement-breakpoint
CREATE POLICY "workflow_budgets_engine" ON "workflow_budgets" AS PERMISSIVE FOR ALL TO "agentflow_engine" USING (true) WITH CHECK (true);--> statement-breakpoint
CREATE POLICY "workflow_spending_tenant" ON "workflow_spending" AS PERMISSIVE FOR ALL TO "agentflow_tenant" USING (workspace_id = nullif(current_setting('app.workspace_id', true), '')) WITH CHECK (workspace_id = nullif(current_setting('app.workspace_id', true), ''));--> statement-breakpoint
CREATE POLICY "workflow_spending_engine" ON "workflow_spending" AS PERMISSIVE FOR ALL TO "agentflow_engine" USING (true) WITH CHECK (true);--> statement-breakpoint
alter table workflow_budgets force row level security;--> statement-breakpoint
alter table workflow_spending force row level security;--> statement-breakpoint
grant select, insert, update, delete on workflow_budgets to agentflow_tenant;--> statement-breakpoint
grant select on workflow_spending to agentflow_tenant;--> statement-breakpoint
grant select on workflow_budgets to agentflow_engine;--> statement-breakpoint
grant select, insert, update on workflow_spending to agentflow_engine;
