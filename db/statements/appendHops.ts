/**
 * Appends events of many executions whose rows stay as they are but for their last sequence number: most of what a busy process
 * writes. Does what `appendMany` does for them; answers with the ids of those whose lease and sequence number did fit.
 */
export const appendHops = `
with held as (
  update workflow_executions as execution set
    last_seq = given.last_seq,
    lease_expires_at = clock_timestamp() + interval '10 seconds'
  from unnest($1::text[], $2::text[], $3::int[], $4::int[], $5::int[]) as given (id, worker, epoch, after_seq, last_seq)
  where execution.id = given.id and execution.lease_owner is not distinct from given.worker and execution.lease_epoch = given.epoch
    and execution.last_seq = given.after_seq
  returning execution.id, execution.workspace_id
), events as (
  insert into execution_events (execution_id, seq, workspace_id, type, body, at)
  select held.id, event.seq, held.workspace_id, event.type, event.body::json, to_timestamp(event.at / 1000)
  from unnest($6::text[], $7::int[], $8::text[], $9::text[], $10::float8[]) as event (id, seq, type, body, at)
  join held on held.id = event.id
)
select id from held`;
