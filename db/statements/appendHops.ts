/**
 * Appends events of many executions whose rows stay as they are but for their last sequence number: most of what a busy process
 * writes. Does what `appendMany` does for them; answers with the ids of those whose lease and sequence number did fit.
 */
export const appendHops = `
with held as (
  update workflow_executions as execution set
    last_seq = given.last_seq,
    lease_expires_at = clock_timestamp() + interval '10 seconds'
  from unnest(string_to_array($1, chr(10), ''), string_to_array($2, chr(10), ''), $3::int[], $4::int[], $5::int[]) with ordinality
    as given (id, worker, epoch, after_seq, last_seq, place)
  where execution.id = given.id and execution.lease_owner is not distinct from given.worker and execution.lease_epoch = given.epoch
    and execution.last_seq = given.after_seq
  returning execution.id, execution.workspace_id, given.place
), events as (
  insert into execution_events (execution_id, seq, workspace_id, type, body, at)
  select held.id, event.seq, held.workspace_id, event.type, event.body::json, to_timestamp(event.at / 1000)
  from unnest($6::int[], $7::int[], string_to_array($8, chr(10), ''), string_to_array($9, chr(10), ''), $10::float8[])
    as event (place, seq, type, body, at)
  join held on held.place = event.place
)
select count(*)::int as count, case when count(*) < cardinality($3::int[]) then string_agg(id, chr(10)) end as ids from held`;
