/**
 * The commonest append of all, as a statement of its own: two events, most often the end of one step and the start of the next,
 * that leave the execution's status as it is and tell of no model call. Does what `appendOne` does for them; answers with a row when it was done, with none
 * when the lease or the sequence number did not fit.
 *
 * Nothing here is a list. What it saves against `appendOne` is in server/execution/README.md.
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
  from held, (values (1, $5, $6::json, $7::float8), (2, $8, $9::json, $10::float8)) as event (place, type, body, at)
)
select 1 as done from held`;
