/**
 * Inserts many executions with their first events in one commit: what `createExecution` does for those that have not ended with
 * them and ask for no slot. Fails with 23505 for all when one of their ids exists.
 */
export const createMany = `
with created as (
  insert into workflow_executions (id, workspace_id, workflow_id, version_id, status, trigger, input_data, lease_owner, lease_epoch,
    lease_expires_at, last_seq, created_at, started_at, priority, concurrency_limit,
    starts_per_minute)
  select given.id, given.workspace_id, given.workflow_id, given.version_id, given.status::execution_status, given.trigger::jsonb,
    given.input::jsonb, given.worker, case when given.worker is null then 0 else 1 end,
    case when given.worker is not null then clock_timestamp() + interval '10 seconds' end, given.last_seq,
    to_timestamp(given.created_at / 1000), to_timestamp(given.started_at / 1000), given.priority, given.concurrency_limit,
    given.starts_per_minute
  from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::int[],
    $10::float8[], $11::float8[], $12::smallint[], $13::int[], $14::int[]) as given
    (id, workspace_id, workflow_id, version_id, status, trigger, input, worker, last_seq, created_at, started_at, priority,
      concurrency_limit, starts_per_minute)
  returning id, workspace_id
)
insert into execution_events (execution_id, seq, workspace_id, type, body, at)
select created.id, event.seq, created.workspace_id, event.type, event.body::json, to_timestamp(event.at / 1000)
from unnest(string_to_array($15, chr(10), ''), $16::int[], string_to_array($17, chr(10), ''), string_to_array($18, chr(10), ''), $19::float8[]) as event (id, seq, type, body, at)
join created on created.id = event.id`;
