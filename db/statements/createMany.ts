/**
 * Inserts many executions with their first events in one commit: what `createExecution` does for those that ask for no slot, have no
 * large values and were not recovered. Fails with 23505 for all when one of their ids exists.
 */
export const createMany = `
with created as (
  insert into workflow_executions (id, workspace_id, workflow_id, version_id, status, trigger, input_data, output_data, error,
    lease_owner, lease_epoch, lease_expires_at, last_seq, created_at, started_at, ended_at, priority, concurrency_limit,
    starts_per_minute)
  select given.id, given.workspace_id, given.workflow_id, given.version_id, given.status::execution_status, given.trigger::jsonb,
    given.input::jsonb, given.output::jsonb, given.error::jsonb,
    case when given.ended_at is null then given.worker end, case when given.worker is null then 0 else 1 end,
    case when given.ended_at is null and given.worker is not null then clock_timestamp() + interval '10 seconds' end,
    given.last_seq, to_timestamp(given.created_at / 1000), to_timestamp(given.started_at / 1000),
    to_timestamp(given.ended_at / 1000), given.priority, given.concurrency_limit, given.starts_per_minute
  from unnest(string_to_array($1, chr(10), ''), string_to_array($2, chr(10), ''), string_to_array($3, chr(10), ''),
    string_to_array($4, chr(10), ''), string_to_array($5, chr(10), ''), string_to_array($6, chr(10), ''),
    string_to_array($7, chr(10), ''), string_to_array($8, chr(10), ''), string_to_array($9, chr(10), ''),
    string_to_array($10, chr(10), ''), $11::int[], $12::float8[], $13::float8[], $14::float8[], $15::smallint[], $16::int[],
    $17::int[]) as given
    (id, workspace_id, workflow_id, version_id, status, trigger, input, output, error, worker, last_seq, created_at, started_at,
      ended_at, priority, concurrency_limit, starts_per_minute)
  returning id, workspace_id
)
insert into execution_events (execution_id, seq, event_count, workspace_id, type, body, at)
select created.id, row.seq, row.event_count, created.workspace_id, row.type, row.body::json, to_timestamp(row.at / 1000)
from unnest(string_to_array($18, chr(10), ''), $19::int[], $20::int[], string_to_array($21, chr(10), ''),
  string_to_array($22, chr(10), ''), $23::float8[]) as row (id, seq, event_count, type, body, at)
join created on created.id = row.id`;
