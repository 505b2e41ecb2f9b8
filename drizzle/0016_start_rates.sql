ALTER TABLE "workflow_executions" ADD COLUMN "starts_per_minute" integer;--> statement-breakpoint
ALTER TABLE "workflow_executions" ADD COLUMN "start_number" bigint;--> statement-breakpoint
ALTER TABLE "workflow_executions" ADD COLUMN "admitted_at" timestamp (3) with time zone;--> statement-breakpoint
CREATE INDEX "workflow_executions_limited_asleep" ON "workflow_executions" USING btree ("wake_at") WHERE lease_owner is null and status = 'waiting' and concurrency_limit is not null;--> statement-breakpoint
CREATE UNIQUE INDEX "workflow_executions_starts" ON "workflow_executions" USING btree ("workflow_id","start_number") WHERE start_number is not null;