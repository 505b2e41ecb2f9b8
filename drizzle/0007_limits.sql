CREATE TABLE "agent_limits" (
	"workspace_id" text NOT NULL,
	"agent" text NOT NULL,
	"concurrency" integer,
	"per_minute" integer,
	"updated_by" text NOT NULL,
	"updated_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "agent_limits_workspace_id_agent_pk" PRIMARY KEY("workspace_id","agent"),
	CONSTRAINT "agent_limits_some" CHECK (concurrency >= 1 or per_minute >= 1)
);
--> statement-breakpoint
ALTER TABLE "agent_limits" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "daily_budgets" (
	"workspace_id" text PRIMARY KEY NOT NULL,
	"tokens" bigint,
	"dollars" double precision,
	"updated_by" text NOT NULL,
	"updated_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "daily_budgets_positive" CHECK ((tokens is null or tokens >= 1) and (dollars is null or dollars > 0))
);
--> statement-breakpoint
ALTER TABLE "daily_budgets" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "daily_spending" (
	"workspace_id" text NOT NULL,
	"day" date NOT NULL,
	"tokens" bigint NOT NULL,
	"dollars" double precision NOT NULL,
	CONSTRAINT "daily_spending_workspace_id_day_pk" PRIMARY KEY("workspace_id","day")
);
--> statement-breakpoint
ALTER TABLE "daily_spending" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE "agent_limits" ADD CONSTRAINT "agent_limits_workspace_id_workspaces_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "public"."workspaces"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "daily_budgets" ADD CONSTRAINT "daily_budgets_workspace_id_workspaces_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "public"."workspaces"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "daily_spending" ADD CONSTRAINT "daily_spending_workspace_id_workspaces_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "public"."workspaces"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE POLICY "agent_limits_tenant" ON "agent_limits" AS PERMISSIVE FOR ALL TO "agentflow_tenant" USING (workspace_id = nullif(current_setting('app.workspace_id', true), '')) WITH CHECK (workspace_id = nullif(current_setting('app.workspace_id', true), ''));--> statement-breakpoint
CREATE POLICY "agent_limits_engine" ON "agent_limits" AS PERMISSIVE FOR ALL TO "agentflow_engine" USING (true) WITH CHECK (true);--> statement-breakpoint
CREATE POLICY "daily_budgets_tenant" ON "daily_budgets" AS PERMISSIVE FOR ALL TO "agentflow_tenant" USING (workspace_id = nullif(current_setting('app.workspace_id', true), '')) WITH CHECK (workspace_id = nullif(current_setting('app.workspace_id', true), ''));--> statement-breakpoint
CREATE POLICY "daily_budgets_engine" ON "daily_budgets" AS PERMISSIVE FOR ALL TO "agentflow_engine" USING (true) WITH CHECK (true);--> statement-breakpoint
CREATE POLICY "daily_spending_tenant" ON "daily_spending" AS PERMISSIVE FOR ALL TO "agentflow_tenant" USING (workspace_id = nullif(current_setting('app.workspace_id', true), '')) WITH CHECK (workspace_id = nullif(current_setting('app.workspace_id', true), ''));--> statement-breakpoint
CREATE POLICY "daily_spending_engine" ON "daily_spending" AS PERMISSIVE FOR ALL TO "agentflow_engine" USING (true) WITH CHECK (true);--> statement-breakpoint
alter table agent_limits force row level security;--> statement-breakpoint
alter table daily_budgets force row level security;--> statement-breakpoint
alter table daily_spending force row level security;--> statement-breakpoint
grant select, insert, update, delete on agent_limits, daily_budgets to agentflow_tenant;--> statement-breakpoint
grant select on daily_spending to agentflow_tenant;--> statement-breakpoint
grant select on agent_limits, daily_budgets to agentflow_engine;--> statement-breakpoint
grant select, insert, update on daily_spending to agentflow_engine;
