-- Row-level security holds for the tables' owner too. A test compares this with the catalogue: no table may be missing.
alter table profiles force row level security;
alter table sessions force row level security;
alter table workspaces force row level security;
alter table members force row level security;
alter table invitations force row level security;
alter table workflows force row level security;
alter table workflow_versions force row level security;
alter table documents force row level security;
alter table document_updates force row level security;
alter table agents force row level security;
alter table workflow_executions force row level security;
alter table execution_steps force row level security;
alter table execution_events force row level security;
alter table audit_log force row level security;
--> statement-breakpoint
-- What each role may do at all. Versions, events and the audit log are never changed, so nobody may.
grant usage on schema public to agentflow_tenant, agentflow_identity, agentflow_engine;

grant select, update on workspaces to agentflow_tenant;
grant select, insert, update, delete on members, invitations to agentflow_tenant;
grant select (id, username, full_name, created_at) on profiles to agentflow_tenant;
grant select, insert, update on workflows, documents to agentflow_tenant;
grant select, insert on workflow_versions, audit_log to agentflow_tenant;
grant select, insert, delete on document_updates to agentflow_tenant;
grant select, insert, update, delete on agents to agentflow_tenant;
grant select on workflow_executions, execution_steps, execution_events to agentflow_tenant;

grant select, insert, update, delete on profiles, sessions, workspaces, members, invitations to agentflow_identity;
grant insert on audit_log to agentflow_identity;

grant select on workflow_versions to agentflow_engine;
grant select, insert, update on workflow_executions, execution_steps to agentflow_engine;
grant select, insert on execution_events to agentflow_engine;
grant select, insert, update, delete on agents to agentflow_engine;
--> statement-breakpoint
-- A final status is absorbing, whoever writes. After the update, not before: a BEFORE trigger locks the old row first, which is an
-- extra record in the write-ahead log for each hop of an execution; raising afterwards undoes the statement just the same. The
-- condition is one comparison, because Postgres parses it again for each statement: final statuses are the last of their type. And
-- only of these columns, so that a hop in the middle of an execution, which sets none of them, does not come here at all.
create function refuse_change_of_final_execution() returns trigger language plpgsql as $$
begin
  if (new.status, new.output_data, new.error, new.ended_at)
      is distinct from (old.status, old.output_data, old.error, old.ended_at) then
    raise exception 'Execution % is final and cannot change', old.id using errcode = 'AF001';
  end if;
  return null;
end
$$;
--> statement-breakpoint
create trigger workflow_executions_final
  after update of status, output_data, error, ended_at on workflow_executions for each row
  when (old.status >= 'succeeded') execute function refuse_change_of_final_execution();
--> statement-breakpoint
create function refuse_change_of_final_step() returns trigger language plpgsql as $$
begin
  if (new.status, new.attempt, new.outputs, new.error, new.ended_at)
      is distinct from (old.status, old.attempt, old.outputs, old.error, old.ended_at) then
    raise exception 'Step % of % is final and cannot change', old.step_key, old.execution_id using errcode = 'AF001';
  end if;
  return null;
end
$$;
--> statement-breakpoint
create trigger execution_steps_final after update on execution_steps for each row
  when (old.status >= 'succeeded') execute function refuse_change_of_final_step();
--> statement-breakpoint
-- Room on the page for the next version of the row: an update that changes no indexed column then touches no index.
alter table workflow_executions set (fillfactor = 70);
alter table execution_steps set (fillfactor = 85);
