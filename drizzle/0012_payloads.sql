CREATE TABLE "payloads" (
	"execution_id" text NOT NULL,
	"hash" text NOT NULL,
	"workspace_id" text NOT NULL,
	"bytes" integer NOT NULL,
	"value" json NOT NULL,
	CONSTRAINT "payloads_execution_id_hash_pk" PRIMARY KEY("execution_id","hash")
);
--> statement-breakpoint
ALTER TABLE "payloads" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE "storage_use" ADD COLUMN "payloads" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "storage_use" ADD COLUMN "payload_bytes" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "payloads" ADD CONSTRAINT "payloads_execution_id_workflow_executions_id_fk" FOREIGN KEY ("execution_id") REFERENCES "public"."workflow_executions"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE POLICY "payloads_tenant" ON "payloads" AS PERMISSIVE FOR ALL TO "agentflow_tenant" USING (workspace_id = nullif(current_setting('app.workspace_id', true), '')) WITH CHECK (workspace_id = nullif(current_setting('app.workspace_id', true), ''));--> statement-breakpoint
CREATE POLICY "payloads_engine" ON "payloads" AS PERMISSIVE FOR ALL TO "agentflow_engine" USING (true) WITH CHECK (true);--> statement-breakpoint
CREATE POLICY "payloads_ended_only" ON "payloads" AS RESTRICTIVE FOR DELETE TO "agentflow_engine" USING (not exists (select 1 from workflow_executions where id = execution_id and status < 'succeeded'));--> statement-breakpoint
alter table payloads force row level security;--> statement-breakpoint
grant select on payloads to agentflow_tenant;--> statement-breakpoint
-- As of events and steps: nobody changes one, and the engine removes those of executions that have ended.
grant select, insert, delete on payloads to agentflow_engine;
