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
    $21::smallint, $22::int, $23::int, $24::int)
  returning workspace_id
), events as (
  insert into execution_events (execution_id, seq, workspace_id, type, body, at)
  select $1, event.place, created.workspace_id, event.type, event.body::json, to_timestamp(event.at / 1000)
  from created, unnest(string_to_array($18, chr(10), ''), string_to_array($19, chr(10), ''), $20::float8[]) with ordinality as event (type, body, at, place)
)
select 1 as done from created`;

export const createExecution = creating("");

/** The same with large values that its first events refer to: hashes, sizes and values in $25 to $27. */
export const createWithPayloads = creating(`payloads as (
  insert into payloads (execution_id, hash, workspace_id, bytes, value)
  select $1, payload.hash, $2, payload.bytes, payload.value::json
  from unnest($25::text[], $26::int[], $27::text[]) as payload (hash, bytes, value)
), `);
