/**
 * What a row takes beside its values that vary in length: header, fixed columns, ids and its entries in indexes, in bytes. Reckoned
 * once for each table, because asking Postgres would read every row's every column.
 */
const eventRow = 190;
const executionRow = 1_300;
const payloadRow = 300;

/** The most executions that one statement touches, the most events of them, the most large values of each, and about the most bytes. */
export const batchSize = 100;
export const batchEvents = 2_000;
export const batchPayloads = 50;
const batchBytes = 50_000_000;

const sizeOfEvent = (name: string) => `pg_column_size(${name}.body) + ${eventRow}`;
const sizeOfPayload = (name: string) => `pg_column_size(${name}.value) + ${payloadRow}`;
const sizeOfExecution = (name: string) => `coalesce(pg_column_size(${name}.input_data), 0)
  + coalesce(pg_column_size(${name}.output_data), 0) + coalesce(pg_column_size(${name}.error), 0)
  + pg_column_size(${name}.trigger) + ${executionRow}`;

/** Workspaces that have, or had, executions which ended, by skipping through an index from one to the next. */
export const workspacesWithEnded = `
with recursive workspace (id) as (
  (select workspace_id from workflow_executions where ended_at is not null order by workspace_id limit 1)
  union all
  select (select workspace_id from workflow_executions where ended_at is not null and workspace_id > workspace.id
    order by workspace_id limit 1)
  from workspace where workspace.id is not null
) select id from workspace where id is not null union select workspace_id from storage_use`;

/**
 * Measures some of a workspace's executions that have ended since it was last done, and adds them to its sums. What is in its
 * last commits while another is measured is found by looking two minutes back. Sizes are those of the stored, compressed values:
 * none is read. Answers with how many it measured.
 */
export const measureEnded = `
with use as (
  select coalesce((select measured_until from storage_use where workspace_id = $1), '-infinity') - interval '2 minutes' as since
), unmeasured as (
  select execution.id, execution.ended_at, ${sizeOfExecution("execution")} as bytes
  from workflow_executions as execution, use
  where execution.workspace_id = $1 and execution.ended_at is not null and execution.ended_at >= use.since
    and execution.stored_bytes is null
  order by execution.ended_at, execution.id limit ${batchSize}
), sized as (
  select unmeasured.*, of_events.count as events, of_events.bytes as event_bytes, of_payloads.count as payloads,
    of_payloads.bytes as payload_bytes
  from unmeasured
  cross join lateral (
    select coalesce(sum(event.event_count), 0) as count, coalesce(sum(${sizeOfEvent("event")}), 0) as bytes
    from execution_events as event where event.execution_id = unmeasured.id
  ) as of_events
  cross join lateral (
    select count(*) as count, coalesce(sum(${sizeOfPayload("payload")}), 0) as bytes
    from payloads as payload where payload.execution_id = unmeasured.id
  ) as of_payloads
), marked as (
  update workflow_executions as execution
  set stored_bytes = sized.bytes + sized.event_bytes + sized.payload_bytes
  from sized where execution.id = sized.id and execution.stored_bytes is null
  returning sized.*
), added as (
  insert into storage_use as used (workspace_id, executions, execution_bytes, events, event_bytes, payloads, payload_bytes,
    measured_until)
  select $1, count(*), sum(bytes), sum(events), sum(event_bytes), sum(payloads), sum(payload_bytes),
    max(ended_at)
  from marked having count(*) > 0
  on conflict (workspace_id) do update set
    executions = used.executions + excluded.executions, execution_bytes = used.execution_bytes + excluded.execution_bytes,
    events = used.events + excluded.events, event_bytes = used.event_bytes + excluded.event_bytes,
    payloads = used.payloads + excluded.payloads, payload_bytes = used.payload_bytes + excluded.payload_bytes,
    measured_until = greatest(used.measured_until, excluded.measured_until)
)
select count(*)::int as measured from marked`;

/**
 * Removes some executions of a workspace that are over its rule, oldest first, with everything that is theirs, and takes them from
 * its sums: those that ended before $2 (epoch milliseconds), and as many as there are more than $3 or as take it over $4 bytes;
 * null for no such limit. A batch is at most ${batchSize} executions and ${batchEvents} events, and not many more bytes than 50 MB, so
 * it takes the same time whatever they are; one with more rows of the log, or large values, than that loses them in several batches,
 * the last ones first, and its row with the last batch. Answers
 * and waits go by their foreign keys. Answers with how many executions, and rows of the log and large values, went.
 *
 * An execution whose parent goes on stays: its parent may ask for its result again. What else points to a removed one (forks, test
 * cases) has copies of what it needs, and shows where it came from as gone.
 *
 * Rows are found first and then deleted by their place or key, the sizes of batches are literals, and a parent is looked up as one
 * value: so the planner cannot think of reading a whole table (as a "not exists" it read a million rows for each batch, 1.2 s).
 */
export const removeOldest = `
with use as (
  select coalesce(max(executions), 0) - $3::bigint as too_many,
    coalesce(max(execution_bytes + event_bytes + payload_bytes), 0) - $4::bigint as too_much
  from storage_use where workspace_id = $1
), oldest as (
  select execution.id, execution.ended_at, execution.last_seq, execution.stored_bytes
  from workflow_executions as execution
  where execution.workspace_id = $1 and execution.ended_at is not null and (
    select parent.ended_at is null from workflow_executions as parent where parent.id = execution.parent_execution_id) is not true
  order by execution.ended_at, execution.id limit ${batchSize}
), counted as (
  select oldest.*, row_number() over before as place,
    sum(coalesce(stored_bytes, 0)) over before - coalesce(stored_bytes, 0) as bytes_before, sum(last_seq) over before as events
  from oldest window before as (order by ended_at, id)
), chosen as materialized (
  select counted.id, counted.last_seq, counted.stored_bytes is not null as is_measured from counted, use
  where (ended_at < to_timestamp($2::float8 / 1000) or place <= too_many or bytes_before < too_much)
    and (events <= ${batchEvents} and bytes_before < ${batchBytes} or place = 1)
), events as (
  delete from execution_events as event where ctid = any (array(
    select place.ctid from chosen cross join lateral (
      select ctid from execution_events where execution_id = chosen.id order by seq desc limit ${batchEvents}) as place))
  returning event.execution_id, event.event_count, ${sizeOfEvent("event")} as bytes
), large as (
  delete from payloads as payload where ctid = any (array(
    select place.ctid from chosen cross join lateral (
      select ctid from payloads where execution_id = chosen.id order by hash limit ${batchPayloads}) as place))
  returning payload.execution_id, ${sizeOfPayload("payload")} as bytes
), executions as (
  delete from workflow_executions as execution where id = any (array(
    select id from chosen where (last_seq <= ${batchEvents}
      or (select count(*) from events where execution_id = chosen.id) < ${batchEvents})
      and (select count(*) from large where execution_id = chosen.id) < ${batchPayloads}))
  returning execution.id as execution_id, execution.ended_at, ${sizeOfExecution("execution")} as bytes
), gone as (
  select (select count(*) from executions) as executions, (select max(ended_at) from executions) as until,
    (select count(*) from events) as events, sum(bytes) as bytes,
    coalesce(sum(bytes) filter (where kind = 1 and is_measured), 0) as execution_bytes, count(*) filter (where kind = 1 and is_measured) as execution_count,
    coalesce(sum(bytes) filter (where kind = 2 and is_measured), 0) as event_bytes, coalesce(sum(count) filter (where kind = 2 and is_measured), 0) as event_count,
    coalesce(sum(bytes) filter (where kind = 3 and is_measured), 0) as payload_bytes, count(*) filter (where kind = 3 and is_measured) as payload_count
  from (
    select 1 as kind, execution_id, bytes, 1 as count from executions
    union all select 2, execution_id, bytes, event_count from events
    union all select 3, execution_id, bytes, 1 from large
  ) as row join chosen on chosen.id = row.execution_id
), taken as (
  insert into storage_use as used (workspace_id, removed, removed_bytes, unreported, unreported_bytes, removed_until, last_removed_at)
  select $1, executions, bytes, executions, bytes, until, clock_timestamp() from gone where bytes > 0
  on conflict (workspace_id) do update set
    executions = greatest(0, used.executions - (select execution_count from gone)),
    execution_bytes = greatest(0, used.execution_bytes - (select execution_bytes from gone)),
    events = greatest(0, used.events - (select event_count from gone)),
    event_bytes = greatest(0, used.event_bytes - (select event_bytes from gone)),
    payloads = greatest(0, used.payloads - (select payload_count from gone)),
    payload_bytes = greatest(0, used.payload_bytes - (select payload_bytes from gone)),
    removed = used.removed + excluded.removed, removed_bytes = used.removed_bytes + excluded.removed_bytes,
    unreported = used.unreported + excluded.unreported, unreported_bytes = used.unreported_bytes + excluded.unreported_bytes,
    removed_until = greatest(used.removed_until, excluded.removed_until), last_removed_at = excluded.last_removed_at
)
select executions::int as executions, events::int + (select count(*) from large)::int as events from gone`;

/** A workspace was looked at; the first time makes its row. */
export const markChecked = `
insert into storage_use (workspace_id, checked_at) values ($1, clock_timestamp())
on conflict (workspace_id) do update set checked_at = excluded.checked_at`;

/** Tells the audit log what was removed since the last entry, at most once an hour. $2: the id of the entry. */
export const reportRemoved = `
with before as (
  select * from storage_use where workspace_id = $1 for update
), due as (
  update storage_use as used set unreported = 0, unreported_bytes = 0, reported_at = clock_timestamp()
  from before
  where used.workspace_id = before.workspace_id and before.unreported > 0
    and coalesce(before.reported_at, '-infinity') < clock_timestamp() - interval '1 hour'
  returning before.unreported, before.unreported_bytes, before.removed_until
)
insert into audit_log (id, workspace_id, action, detail, at)
select $2, $1, 'retention.removed',
  jsonb_build_object('executions', unreported, 'bytes', unreported_bytes, 'endedUntil', to_char(removed_until at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')),
  clock_timestamp()
from due`;

/** The rule of a workspace; no row when nobody has set one. */
export const readRule = `
select max_age_days, max_executions::float8, max_bytes::float8 from retention_rules where workspace_id = $1`;
