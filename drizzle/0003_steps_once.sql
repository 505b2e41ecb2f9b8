-- The rows of an execution's steps are written once, when it ends. Those of executions that go on go away, so that their end finds room.
delete from execution_steps using workflow_executions
  where workflow_executions.id = execution_steps.execution_id and workflow_executions.status < 'succeeded';
--> statement-breakpoint
revoke update on execution_steps from agentflow_engine;
--> statement-breakpoint
alter table execution_steps reset (fillfactor);
