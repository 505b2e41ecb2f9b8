CREATE TABLE "execution_answers" (
	"execution_id" text NOT NULL,
	"step_key" text NOT NULL,
	"attempt" integer NOT NULL,
	"workspace_id" text NOT NULL,
	"place" integer NOT NULL,
	"value" json NOT NULL,
	"by" jsonb NOT NULL,
	"at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "execution_answers_execution_id_step_key_attempt_pk" PRIMARY KEY("execution_id","step_key","attempt")
);
--> statement-breakpoint
ALTER TABLE "execution_answers" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "execution_waits" (
	"execution_id" text NOT NULL,
	"step_key" text NOT NULL,
	"attempt" integer NOT NULL,
	"workspace_id" text NOT NULL,
	"interrupt" jsonb NOT NULL,
	"kind" text GENERATED ALWAYS AS (interrupt ->> 'kind') STORED NOT NULL,
	"child_execution_id" text GENERATED ALWAYS AS (interrupt ->> 'executionId') STORED,
	"since" timestamp (3) with time zone NOT NULL,
	"due_at" timestamp (3) with time zone,
	"answered_at" timestamp (3) with time zone,
	CONSTRAINT "execution_waits_execution_id_step_key_pk" PRIMARY KEY("execution_id","step_key")
);
--> statement-breakpoint
ALTER TABLE "execution_waits" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE "workflow_executions" ADD COLUMN "parent_execution_id" text GENERATED ALWAYS AS (trigger #>> '{parent,executionId}') STORED;--> statement-breakpoint
ALTER TABLE "workflow_executions" ADD COLUMN "parent_step_key" text GENERATED ALWAYS AS (trigger #>> '{parent,stepKey}') STORED;--> statement-breakpoint
ALTER TABLE "workflow_executions" ADD COLUMN "wake_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "workflow_executions" ADD COLUMN "answers" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "execution_answers" ADD CONSTRAINT "execution_answers_execution_id_workflow_executions_id_fk" FOREIGN KEY ("execution_id") REFERENCES "public"."workflow_executions"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "execution_waits" ADD CONSTRAINT "execution_waits_execution_id_workflow_executions_id_fk" FOREIGN KEY ("execution_id") REFERENCES "public"."workflow_executions"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "execution_waits_open" ON "execution_waits" USING btree ("workspace_id","since","execution_id") WHERE answered_at is null;--> statement-breakpoint
CREATE INDEX "execution_waits_child" ON "execution_waits" USING btree ("child_execution_id") WHERE child_execution_id is not null and answered_at is null;--> statement-breakpoint
CREATE INDEX "workflow_executions_asleep" ON "workflow_executions" USING btree ("wake_at") WHERE lease_owner is null and status = 'waiting';--> statement-breakpoint
CREATE INDEX "workflow_executions_children" ON "workflow_executions" USING btree ("parent_execution_id","created_at") WHERE parent_execution_id is not null;--> statement-breakpoint
CREATE POLICY "execution_answers_tenant" ON "execution_answers" AS PERMISSIVE FOR ALL TO "agentflow_tenant" USING (workspace_id = nullif(current_setting('app.workspace_id', true), '')) WITH CHECK (workspace_id = nullif(current_setting('app.workspace_id', true), ''));--> statement-breakpoint
CREATE POLICY "execution_answers_engine" ON "execution_answers" AS PERMISSIVE FOR ALL TO "agentflow_engine" USING (true) WITH CHECK (true);--> statement-breakpoint
CREATE POLICY "execution_waits_tenant" ON "execution_waits" AS PERMISSIVE FOR ALL TO "agentflow_tenant" USING (workspace_id = nullif(current_setting('app.workspace_id', true), '')) WITH CHECK (workspace_id = nullif(current_setting('app.workspace_id', true), ''));--> statement-breakpoint
CREATE POLICY "execution_waits_engine" ON "execution_waits" AS PERMISSIVE FOR ALL TO "agentflow_engine" USING (true) WITH CHECK (true);--> statement-breakpoint
alter table execution_waits force row level security;--> statement-breakpoint
alter table execution_answers force row level security;--> statement-breakpoint
-- People answer as their workspace's role, in the transaction of the audit entry; to wake the execution they may change these two columns.
grant select, update (answered_at) on execution_waits to agentflow_tenant;--> statement-breakpoint
grant select, insert on execution_answers to agentflow_tenant;--> statement-breakpoint
grant update (answers, wake_at) on workflow_executions to agentflow_tenant;--> statement-breakpoint
grant select, insert, update, delete on execution_waits to agentflow_engine;--> statement-breakpoint
grant select, insert on execution_answers to agentflow_engine;
