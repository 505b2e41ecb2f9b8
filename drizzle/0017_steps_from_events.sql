DROP POLICY "execution_steps_tenant" ON "execution_steps" CASCADE;--> statement-breakpoint
DROP POLICY "execution_steps_engine" ON "execution_steps" CASCADE;--> statement-breakpoint
DROP POLICY "execution_steps_ended_only" ON "execution_steps" CASCADE;--> statement-breakpoint
DROP TABLE "execution_steps" CASCADE;--> statement-breakpoint
ALTER TABLE "storage_use" DROP COLUMN "steps";--> statement-breakpoint
ALTER TABLE "storage_use" DROP COLUMN "step_bytes";--> statement-breakpoint
DROP TYPE "public"."step_status";--> statement-breakpoint
drop function refuse_change_of_final_step();--> statement-breakpoint
-- What was measured had the rows of steps in it: housekeeping measures again.
update workflow_executions set stored_bytes = null where stored_bytes is not null;--> statement-breakpoint
update storage_use set executions = 0, execution_bytes = 0, events = 0, event_bytes = 0, payloads = 0, payload_bytes = 0, measured_until = null;
