import { logEnd } from "./logEnd.ts";

/**
 * Appends events of one execution: lease check, events and the execution's row in one statement, so one round
 * trip and one commit. Answers with a row when it was done, with none when the lease or the sequence number did not fit.
 *
 * A lone execution that runs a chain of steps waits for this at every hop, so it has a statement of its own beside
 * `appendMany`: its plan touches one row by primary key and joins nothing. Measured in server/execution/README.md.
 *
 * An execution that begins to wait (`answersSeen`, $19) gives its lease up here too, and sleeps until `wake_at`; an answer that
 * came in between has raised `answers` in this very row, so it is not slept through.
 *
 * What model calls have used is added to the workspace's and the workflow's day ($27: US dollars) in the same commit, so it is counted once whatever
 * happens to this process.
 *
 * The update locks the row first: a claim that is going on at the same moment waits, and then one of the two finds nothing.
 * It also extends the lease, so that `renew` may skip rows that are being written.
 */
export const appendOne = `
with held as (
  update workflow_executions as execution set
    last_seq = $5,
    status = coalesce($6::execution_status, status),
    started_at = coalesce(started_at, to_timestamp($7::float8 / 1000)),
    ended_at = coalesce(ended_at, to_timestamp($8::float8 / 1000)),
    output_data = coalesce($9::jsonb, output_data),
    error = coalesce($10::jsonb, error),
    recoveries = greatest(recoveries, $11),
    input_tokens = input_tokens + $12,
    output_tokens = output_tokens + $13,
    lease_owner = case when $8::float8 is null and $19::int is null then lease_owner end,
    lease_expires_at = case when $8::float8 is null and $19::int is null then clock_timestamp() + interval '10 seconds' end,
    wake_at = case when $19::int is null then wake_at when answers > $19 then date_trunc('milliseconds', clock_timestamp()) else to_timestamp($20::float8 / 1000) end
  where id = $1 and lease_owner is not distinct from $2 and lease_epoch = $3 and ${logEnd("$1")} = $4
  returning workspace_id, workflow_id
), events as (
  insert into execution_events (execution_id, seq, event_count, workspace_id, type, body, at)
  select $1, row.seq, row.event_count, held.workspace_id, row.type, row.body::json, to_timestamp(row.at / 1000)
  from held, unnest($14::int[], $15::int[], string_to_array($16, chr(10), ''), string_to_array($17, chr(10), ''), $18::float8[])
    as row (seq, event_count, type, body, at)
), waits as (
  insert into execution_waits (execution_id, step_key, attempt, workspace_id, interrupt, since, due_at)
  select $1, wait.step_key, wait.attempt, held.workspace_id, wait.interrupt::jsonb, to_timestamp(wait.since / 1000), to_timestamp(wait.due_at / 1000)
  from held, unnest($21::text[], $22::int[], $23::text[], $24::float8[], $25::float8[]) as wait (step_key, attempt, interrupt, since, due_at)
), waited as (
  delete from execution_waits as wait using held, unnest($26::text[]) as over (step_key)
  where wait.execution_id = $1 and wait.step_key = coalesce(over.step_key, wait.step_key)
), spending as (
  insert into daily_spending as spent (workspace_id, day, tokens, dollars)
  select held.workspace_id, (clock_timestamp() at time zone 'utc')::date, $12::bigint + $13::bigint, $27::float8 from held
  where $12::bigint + $13::bigint > 0 or $27::float8 > 0
  on conflict (workspace_id, day) do update set tokens = spent.tokens + excluded.tokens, dollars = spent.dollars + excluded.dollars
), of_workflow as (
  insert into workflow_spending as spent (workflow_id, workspace_id, day, tokens, dollars)
  select held.workflow_id, held.workspace_id, (clock_timestamp() at time zone 'utc')::date, $12::bigint + $13::bigint, $27::float8 from held
  where $12::bigint + $13::bigint > 0 or $27::float8 > 0
  on conflict (workflow_id, day) do update set tokens = spent.tokens + excluded.tokens, dollars = spent.dollars + excluded.dollars
)
select 1 as done from held`;
