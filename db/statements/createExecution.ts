/**
 * Inserts an execution with its first events in one commit, born under a worker's lease or waiting for a claim: a start that was
 * answered is a start that is stored. One that ends in its first events is held by nobody. Fails with 23505 when
 * its id exists, or when another execution of its workflow has its concurrency slot.
 */
const creating = (before: string) => `
with ${before}created as (
  insert into workflow_executions (id, workspace_id, workflow_id, version_id, status, trigger, input_data, output_data, error,
    lease_owner, lease_epoch, lease_expires_at, last_seq, recoveries, input_tokens, output_tokens, created_at, started_at, ended_at,
    priority, concurrency_limit, concurrency_slot, starts_per_minute)
  values ($1, $2, $3, $4, $5::execution_status, $6::jsonb, $7::jsonb, $8::jsonb, $9::jsonb,
    case when $17::float8 is null then $10::text end, case when $10::text is null then 0 else 1 end,
    case when $17::float8 is null and $10::text is not null then clock_timestamp() + interval '10 seconds' end,
    $11, $12, $13, $14, to_timestamp($15::float8 / 1000), to_timestamp($16::float8 / 1000), to_timestamp($17::float8 / 1000),
    $23::smallint, $24::int, $25::int, $26::int)
  returning workspace_id
), events as (
  insert into execution_events (execution_id, seq, event_count, workspace_id, type, body, at)
  select $1, row.seq, row.event_count, created.workspace_id, row.type, row.body::json, to_timestamp(row.at / 1000)
  from created, unnest($18::int[], $19::int[], string_to_array($20, chr(10), ''), string_to_array($21, chr(10), ''), $22::float8[])
    as row (seq, event_count, type, body, at)
)
select 1 as done from created`;

export const createExecution = creating("");

/** The same with large values that its first events refer to: hashes, sizes and values in $27 to $29. */
export const createWithPayloads = creating(`payloads as (
  insert into payloads (execution_id, hash, workspace_id, bytes, value)
  select $1, payload.hash, $2, payload.bytes, payload.value::json
  from unnest($27::text[], $28::int[], $29::text[]) as payload (hash, bytes, value)
), `);
