/**
 * The commonest append of all, as a statement of its own: two events, most often the end of one step and the start of the next,
 * that leave the execution's status as it is. Does what `appendOne` does for them; answers with a row when it was done, with none
 * when the lease or the sequence number did not fit.
 *
 * Nothing here is a list. What it saves against `appendOne` is in server/execution/README.md.
 */
export const appendHop = `
with held as (
  update workflow_executions set
    last_seq = $4::int + 2,
    input_tokens = input_tokens + $5,
    output_tokens = output_tokens + $6,
    lease_expires_at = clock_timestamp() + interval '10 seconds'
  where id = $1 and lease_owner is not distinct from $2 and lease_epoch = $3 and last_seq = $4
  returning workspace_id
), events as (
  insert into execution_events (execution_id, seq, workspace_id, type, body, at)
  select $1, $4 + event.place, held.workspace_id, event.type, event.body, to_timestamp(event.at / 1000)
  from held, (values (1, $7, $8::json, $9::float8), (2, $10, $11::json, $12::float8)) as event (place, type, body, at)
)
select 1 as done from held`;
