/**
 * The commonest append of all, as a statement of its own: one step succeeded, without usage, and one step began its first
 * attempt. Does what `appendOne` does for these two events; answers with a row when it was done, with none when the lease or the
 * sequence number did not fit.
 *
 * Nothing here is a list, nothing is merged: the row of a step that ends is there since its start, the row of a first attempt is
 * not. Against `appendOne` this takes a fifth of the server's time off a hop and a quarter of the driver's (server/execution/README.md).
 */
export const appendHop = `
with held as (
  update workflow_executions set
    last_seq = $4::int + 2,
    lease_expires_at = clock_timestamp() + interval '10 seconds'
  where id = $1 and lease_owner is not distinct from $2 and lease_epoch = $3 and last_seq = $4
  returning workspace_id
), events as (
  insert into execution_events (execution_id, seq, workspace_id, type, body, at)
  select $1, $4 + event.place, held.workspace_id, event.type, event.body, to_timestamp(event.at / 1000)
  from held, (values (1, 'step_succeeded', $5::json, $6::float8), (2, 'step_started', $7::json, $8::float8))
    as event (place, type, body, at)
), ended as (
  update execution_steps set status = 'succeeded', outputs = $10::jsonb, error = null, ended_at = to_timestamp($6::float8 / 1000)
  from held where execution_id = $1 and step_key = $9
), begun as (
  insert into execution_steps (execution_id, step_key, workspace_id, node_id, status, attempt, inputs, started_at)
  select $1, $11, held.workspace_id, split_part($11, '/', 1), 'running', 1, $12::jsonb, to_timestamp($8::float8 / 1000) from held
)
select 1 as done from held`;
