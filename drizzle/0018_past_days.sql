CREATE POLICY "daily_spending_past_days" ON "daily_spending" AS RESTRICTIVE FOR DELETE TO "agentflow_engine" USING (day < (clock_timestamp() at time zone 'utc')::date - 30);--> statement-breakpoint
CREATE POLICY "workflow_spending_past_days" ON "workflow_spending" AS RESTRICTIVE FOR DELETE TO "agentflow_engine" USING (day < (clock_timestamp() at time zone 'utc')::date - 30);--> statement-breakpoint
grant delete on daily_spending, workflow_spending to agentflow_engine;
