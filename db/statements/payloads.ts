/**
 * Keeps large values of an execution, before the events that refer to them. In a statement of its own, so the hot ones stay as they
 * are; whoever sends them again (another try, another worker) changes nothing. Of an execution that is gone, nothing.
 */
export const keepPayloads = `
insert into payloads (execution_id, hash, workspace_id, bytes, value)
select execution.id, given.hash, execution.workspace_id, given.bytes, given.value::json
from workflow_executions as execution, unnest($2::text[], $3::int[], $4::text[]) as given (hash, bytes, value)
where execution.id = $1
on conflict do nothing`;

/** Large values by execution and hash, each as its JSON: the driver would parse a text that looks like JSON once more. */
export const readPayloads = `
select payload.execution_id, payload.hash, payload.value::text as value
from (select distinct execution_id, hash from unnest($1::text[], $2::text[]) as given (execution_id, hash)) as needed
join payloads as payload on payload.execution_id = needed.execution_id and payload.hash = needed.hash`;
