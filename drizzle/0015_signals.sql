CREATE TABLE "execution_signals" (
	"execution_id" text NOT NULL,
	"place" integer NOT NULL,
	"workspace_id" text NOT NULL,
	"name" text NOT NULL,
	"value" json NOT NULL,
	"bytes" integer NOT NULL,
	"by" jsonb NOT NULL,
	"at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "execution_signals_execution_id_place_pk" PRIMARY KEY("execution_id","place")
);
--> statement-breakpoint
ALTER TABLE "execution_signals" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE "execution_signals" ADD CONSTRAINT "execution_signals_execution_id_workflow_executions_id_fk" FOREIGN KEY ("execution_id") REFERENCES "public"."workflow_executions"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE POLICY "execution_signals_tenant" ON "execution_signals" AS PERMISSIVE FOR ALL TO "agentflow_tenant" USING (workspace_id = nullif(current_setting('app.workspace_id', true), '')) WITH CHECK (workspace_id = nullif(current_setting('app.workspace_id', true), ''));--> statement-breakpoint
CREATE POLICY "execution_signals_engine" ON "execution_signals" AS PERMISSIVE FOR ALL TO "agentflow_engine" USING (true) WITH CHECK (true);--> statement-breakpoint
alter table execution_signals force row level security;--> statement-breakpoint
grant select, insert on execution_signals to agentflow_tenant;--> statement-breakpoint
grant select, delete on execution_signals to agentflow_engine;
