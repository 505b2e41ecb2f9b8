import { logEnd } from "./logEnd.ts";

/**
 * Appends events of many executions in one commit: what `appendOne` does, once per execution in the lists. Answers with the ids
 * of those that were done; the others' lease or sequence number did not fit, and nothing of theirs was written.
 *
 * The cost of a commit (waiting for the disk, a round trip, parsing) is shared by all executions that are ready at the same
 * moment, so the cost per step falls as load rises. Measured in server/execution/README.md.
 *
 * Rows are updated in the order of the join; `renew` and `claim` skip locked rows and no other batch may write the same executions, so
 * no two statements wait for each other in a circle over them. Over the log's key they may, when executions were taken over whose
 * former worker still has a batch on its way: Postgres undoes one of the two, and it is sent again (`engine.ts`).
 *
 * `spending` and `of_workflow` lock a row for each workspace and each workflow whose models were used, last of all and in one
 * order: two batches wait for one another there at most for the length of a commit.
 */
export const appendMany = `
with held as (
  update workflow_executions as execution set
    last_seq = given.last_seq,
    status = coalesce(given.status::execution_status, execution.status),
    started_at = coalesce(execution.started_at, to_timestamp(given.started_at / 1000)),
    ended_at = coalesce(execution.ended_at, to_timestamp(given.ended_at / 1000)),
    output_data = coalesce(given.output::jsonb, execution.output_data),
    error = coalesce(given.error::jsonb, execution.error),
    recoveries = greatest(execution.recoveries, given.recoveries),
    input_tokens = execution.input_tokens + given.input_tokens,
    output_tokens = execution.output_tokens + given.output_tokens,
    lease_owner = case when given.ended_at is null and given.answers_seen is null then execution.lease_owner end,
    lease_expires_at = case when given.ended_at is null and given.answers_seen is null
      then clock_timestamp() + interval '10 seconds' end,
    wake_at = case when given.answers_seen is null then execution.wake_at
      when execution.answers > given.answers_seen then date_trunc('milliseconds', clock_timestamp()) else to_timestamp(given.wake_at / 1000) end
  from unnest($1::text[], $2::text[], $3::int[], $4::int[], $5::int[], $6::text[], $7::float8[], $8::float8[], $9::text[],
    $10::text[], $11::int[], $12::bigint[], $13::bigint[], $20::int[], $21::float8[]) as given
    (id, worker, epoch, after_seq, last_seq, status, started_at, ended_at, output, error, recoveries, input_tokens, output_tokens,
      answers_seen, wake_at)
  where execution.id = given.id and execution.lease_owner is not distinct from given.worker and execution.lease_epoch = given.epoch
    and given.after_seq = ${logEnd("given.id")}
  returning execution.id, execution.workspace_id, execution.workflow_id
), events as (
  insert into execution_events (execution_id, seq, event_count, workspace_id, type, body, at)
  select held.id, row.seq, row.event_count, held.workspace_id, row.type, row.body::json, to_timestamp(row.at / 1000)
  from unnest(string_to_array($14, chr(10), ''), $15::int[], $16::int[], string_to_array($17, chr(10), ''),
    string_to_array($18, chr(10), ''), $19::float8[]) as row (id, seq, event_count, type, body, at)
  join held on held.id = row.id
), waits as (
  insert into execution_waits (execution_id, step_key, attempt, workspace_id, interrupt, since, due_at)
  select held.id, wait.step_key, wait.attempt, held.workspace_id, wait.interrupt::jsonb, to_timestamp(wait.since / 1000),
    to_timestamp(wait.due_at / 1000)
  from unnest($22::text[], $23::text[], $24::int[], $25::text[], $26::float8[], $27::float8[]) as wait
    (id, step_key, attempt, interrupt, since, due_at)
  join held on held.id = wait.id
), waited as (
  delete from execution_waits as wait using held, unnest($28::text[], $29::text[]) as over (id, step_key)
  where held.id = over.id and wait.execution_id = over.id and wait.step_key = coalesce(over.step_key, wait.step_key)
), spending as (
  insert into daily_spending as spent (workspace_id, day, tokens, dollars)
  select held.workspace_id, (clock_timestamp() at time zone 'utc')::date, sum(used.tokens), sum(used.dollars)
  from unnest($30::text[], $31::bigint[], $32::float8[]) as used (id, tokens, dollars)
  join held on held.id = used.id
  group by held.workspace_id order by held.workspace_id
  on conflict (workspace_id, day) do update set tokens = spent.tokens + excluded.tokens, dollars = spent.dollars + excluded.dollars
), of_workflow as (
  insert into workflow_spending as spent (workflow_id, workspace_id, day, tokens, dollars)
  select held.workflow_id, held.workspace_id, (clock_timestamp() at time zone 'utc')::date, sum(used.tokens), sum(used.dollars)
  from unnest($30::text[], $31::bigint[], $32::float8[]) as used (id, tokens, dollars)
  join held on held.id = used.id
  group by held.workflow_id, held.workspace_id order by held.workflow_id
  on conflict (workflow_id, day) do update set tokens = spent.tokens + excluded.tokens, dollars = spent.dollars + excluded.dollars
)
select id from held`;
