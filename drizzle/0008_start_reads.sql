CREATE POLICY "documents_engine" ON "documents" AS PERMISSIVE FOR SELECT TO "agentflow_engine" USING (true);--> statement-breakpoint
CREATE POLICY "workflows_engine" ON "workflows" AS PERMISSIVE FOR SELECT TO "agentflow_engine" USING (true);--> statement-breakpoint
grant select (workspace_id, id, deleted_at) on workflows to agentflow_engine;--> statement-breakpoint
grant select (workspace_id, workflow_id, last_seq) on documents to agentflow_engine;
