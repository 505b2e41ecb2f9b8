/**
 * Takes executions nobody works on, each under a new epoch, so that whatever the last holder still sends changes nothing. The row of
 * an execution is its place in the queue: there is no second list that could say something else after a crash.
 *
 * In this order:
 * 1. `cancels`: somebody wants them cancelled. They need no room, so they come even with $2 = 0.
 * 2. `begun`: let go by a worker that stopped, or not renewed for 8 s (a lease lasts 10 s from its last renewal on the database's
 *    clock; who has missed two beats is not waited for), or asleep until a moment that has come (an answer makes it come).
 * 3. `queued`: by turns. A workspace's turn is how many it has running already plus the place in its own queue, so a workspace that
 *    queued 20,000 delays nobody else. Inside a workspace: by priority, then by age.
 *
 * Workflows with a limit (`concurrency_limit`) wait in a queue of their own, so that full ones hide nothing behind them. An
 * execution of such a workflow takes one of its numbered slots; a unique index over those that run makes the limit hold whoever
 * claims at the same moment. The advisory lock lets one claim at a time give out a workflow's slots (others pass it by); what then
 * still meets the index (a snapshot older than the lock) fails with 23505 and is tried again. One that was asleep takes a slot again
 * too (`resumed`), before those that have not begun; while it sleeps it has none, so a parent never stands in its child's way.
 *
 * Workflows with a rate (`starts_per_minute`) number their starts. The next one is let in when the start as many numbers before it
 * is older than a minute, so one look into an index is enough, and the index on the numbers is unique for the same reason as that on
 * the slots. Such executions have a slot as well: without a limit of their own, one of as many as a limit may name.
 *
 * Cheap with any number of queued rows: places and workflows are found by skipping through an index, and of each queue only the
 * head is read. What is locked or being written at this moment is left alone. Measured in server/execution/README.md.
 */
export const claimExecutions = `
with recursive cancels as (
  select id from workflow_executions
  where cancel_requested is not null and status in ('queued', 'running', 'waiting', 'cancelling')
    and (lease_owner is null or lease_expires_at < clock_timestamp() + interval '2 seconds')
  limit 100 for update skip locked
), expired as (
  select id from workflow_executions
  where lease_owner is not null and lease_expires_at < clock_timestamp() + interval '2 seconds'
  order by created_at limit $2 for update skip locked
), let_go as (
  select id from workflow_executions
  where lease_owner is null and status in ('running', 'cancelling')
  order by created_at limit $2 for update skip locked
), woken as (
  select id from workflow_executions
  where lease_owner is null and status = 'waiting' and wake_at <= clock_timestamp() and concurrency_limit is null
  order by wake_at limit $2 for update skip locked
), going_on as (
  select id, workflow_id, concurrency_limit, wake_at, row_number() over (partition by workflow_id order by wake_at, id) as place
  from (
    select id, workflow_id, concurrency_limit, wake_at from workflow_executions
    where lease_owner is null and status = 'waiting' and wake_at <= clock_timestamp() and concurrency_limit is not null
    order by wake_at limit case when $2::int = 0 then 0 else 10000 end
  ) as due
), workspace (id) as (
  (select workspace_id from workflow_executions
   where lease_owner is null and status = 'queued' and concurrency_limit is null order by workspace_id limit 1)
  union all
  select (select workspace_id from workflow_executions
    where lease_owner is null and status = 'queued' and concurrency_limit is null and workspace_id > workspace.id
    order by workspace_id limit 1)
  from workspace where workspace.id is not null
), workflow (id) as (
  (select workflow_id from workflow_executions
   where lease_owner is null and status = 'queued' and concurrency_limit is not null order by workflow_id limit 1)
  union all
  select (select workflow_id from workflow_executions
    where lease_owner is null and status = 'queued' and concurrency_limit is not null and workflow_id > workflow.id
    order by workflow_id limit 1)
  from workflow where workflow.id is not null
), depth as (
  select least($2::int, greatest(8, 4 * $2::int / greatest(count(id), 1)))::int + 16 as heads from workspace
), unlimited as (
  select head.*, null::int as slot, null::text as rated, null::bigint as last_start from workspace cross join lateral (
    select id, workspace_id, priority, created_at from workflow_executions
    where workspace_id = workspace.id and lease_owner is null and status = 'queued' and concurrency_limit is null
    order by priority desc nulls last, created_at limit case when $2::int = 0 then 0 else (select heads from depth) end
  ) as head where workspace.id is not null
), mine as materialized (
  select id from (select id from workflow where id is not null union select workflow_id from going_on) as limited (id)
  where $2::int > 0 and pg_try_advisory_xact_lock(hashtextextended(id, 11))
), free as (
  select mine.id as workflow_id, setting.per_minute, back.asleep, unused.slot, row_number() over (partition by mine.id order by unused.slot) as place
  from mine
  left join lateral (
    select concurrency_limit, starts_per_minute from workflow_executions
    where workflow_id = mine.id and lease_owner is null and status = 'queued' and concurrency_limit is not null
    order by priority desc nulls last, created_at limit 1
  ) as head on true
  cross join lateral (
    select count(*) as asleep, min(concurrency_limit) as most from going_on where workflow_id = mine.id
  ) as back
  cross join lateral (
    select coalesce(head.concurrency_limit, back.most) as most, head.starts_per_minute as per_minute, (
      select count(*)::int from workflow_executions
      where workflow_id = mine.id and concurrency_slot is not null and (lease_owner is not null or status in ('running', 'cancelling'))
    ) as taken
  ) as setting
  cross join lateral (
    select slot from generate_series(1, least(setting.most, setting.taken + $2::int)) as slot except
    select concurrency_slot from workflow_executions
    where workflow_id = mine.id and concurrency_slot is not null and (lease_owner is not null or status in ('running', 'cancelling'))
    order by slot limit $2
  ) as unused
), fitting as (
  select going_on.id, going_on.wake_at, free.slot from free
  join going_on on going_on.workflow_id = free.workflow_id and going_on.place = free.place
), resumed as (
  select execution.id, fitting.slot from fitting join workflow_executions as execution on execution.id = fitting.id
  where execution.lease_owner is null and execution.status = 'waiting'
  order by fitting.wake_at limit $2 for update of execution skip locked
), begun as (
  select id, null::int as slot from expired union all select id, null from let_go union all select id, null from woken
  union all select id, slot from resumed limit $2
), rated as (
  select workflow_id, per_minute, coalesce((
    select start_number from workflow_executions where workflow_id = free.workflow_id and start_number is not null
    order by start_number desc limit 1
  ), 0) as last_start
  from free where place = 1 and per_minute is not null
), limited as (
  select head.id, head.workspace_id, head.priority, head.created_at, free.slot,
    case when head.start_number is null then rated.workflow_id end as rated, rated.last_start
  from free
  left join rated on rated.workflow_id = free.workflow_id
  join lateral (
    select id, workspace_id, priority, created_at, start_number, row_number() over inside as place,
      count(*) filter (where start_number is null) over inside as fresh
    from (
      select id, workspace_id, priority, created_at, start_number from workflow_executions
      where workflow_id = free.workflow_id and lease_owner is null and status = 'queued' and concurrency_limit is not null
      order by priority desc nulls last, created_at limit $2
    ) as first window inside as (order by priority desc nulls last, created_at rows unbounded preceding)
  ) as head on head.place = free.place - free.asleep
  where rated.workflow_id is null or head.start_number is not null or (head.fresh <= rated.per_minute and not exists (
    select from (
      select admitted_at from workflow_executions
      where workflow_id = rated.workflow_id and start_number >= rated.last_start + head.fresh - rated.per_minute
        and rated.last_start + head.fresh > rated.per_minute
      order by start_number limit 1
    ) as earlier where earlier.admitted_at > clock_timestamp() - interval '1 minute'
  ))
), active as (
  select workspace_id, count(*) as running from workflow_executions where lease_owner is not null group by workspace_id
), candidates as (
  select waiting.id, waiting.slot, waiting.created_at, waiting.priority, waiting.rated, waiting.last_start,
    coalesce(active.running, 0)
      + row_number() over (partition by waiting.workspace_id order by waiting.priority desc, waiting.created_at) as turn
  from (select * from unlimited union all select * from limited) as waiting
  left join active on active.workspace_id = waiting.workspace_id
  order by turn, waiting.created_at limit 2 * $2::int + 16
), queued as (
  select execution.id, candidates.slot, candidates.created_at, candidates.priority, candidates.rated, candidates.last_start
  from candidates join workflow_executions as execution on execution.id = candidates.id
  where execution.lease_owner is null and execution.status = 'queued'
  order by candidates.turn, candidates.created_at
  limit greatest($2::int - (select count(*) from begun), 0) for update of execution skip locked
), chosen as (
  select id, null::int as slot, null::bigint as start_number from cancels
  union all select id, slot, null from begun where id not in (select id from cancels)
  union all select id, slot, case when rated is not null
    then last_start + row_number() over (partition by rated order by priority desc nulls last, created_at) end
  from queued where id not in (select id from cancels)
)
update workflow_executions as execution set
  lease_owner = $1,
  lease_epoch = lease_epoch + 1,
  lease_expires_at = clock_timestamp() + interval '10 seconds',
  concurrency_slot = case when chosen.slot is not null then chosen.slot
    when execution.lease_owner is not null or execution.status in ('running', 'cancelling') then execution.concurrency_slot end,
  start_number = coalesce(chosen.start_number, execution.start_number),
  admitted_at = case when chosen.start_number is null then execution.admitted_at else clock_timestamp() end
from chosen where execution.id = chosen.id
returning execution.id, execution.workspace_id, execution.workflow_id, execution.version_id, execution.lease_epoch,
  execution.cancel_requested`;

/** The same for one execution, whoever else waits, to carry out a cancel. It takes no slot. */
export const claimOneExecution = `
update workflow_executions as execution set
  lease_owner = $1,
  lease_epoch = lease_epoch + 1,
  lease_expires_at = clock_timestamp() + interval '10 seconds',
  concurrency_slot = case when status in ('queued', 'waiting') then null else concurrency_slot end
where id = $2 and status in ('queued', 'running', 'waiting', 'cancelling')
  and (lease_owner is null or lease_expires_at < clock_timestamp() + interval '2 seconds')
returning id, workspace_id, workflow_id, version_id, lease_epoch, cancel_requested`;

/**
 * A free slot of a workflow with a limit ($2), for an execution that would start at once; no row when all are taken or others wait
 * for one already.
 */
export const freeSlot = `
select slot from generate_series(1, least($2::int, 1 + (
  select count(*)::int from workflow_executions
  where workflow_id = $1 and concurrency_slot is not null and (lease_owner is not null or status in ('running', 'cancelling'))
))) as slot
where not exists (
  select from workflow_executions
  where workflow_id = $1 and concurrency_slot = slot and (lease_owner is not null or status in ('running', 'cancelling'))
) and not exists (
  select from workflow_executions
  where workflow_id = $1 and lease_owner is null and status = 'queued' and concurrency_limit is not null
) and not exists (
  select from workflow_executions
  where lease_owner is null and status = 'waiting' and wake_at <= clock_timestamp() and workflow_id = $1 and concurrency_limit is not null
) order by slot limit 1`;

/** How many executions of a workspace wait, counted up to $2. */
export const countQueued = `
select count(*)::int as waiting from (
  select from workflow_executions where workspace_id = $1 and lease_owner is null and status = 'queued' limit $2
) as counted`;

export const graphsOfVersions = `select id, graph from workflow_versions where id = any ($1::text[])`;

export const historyOfExecutions = `
select execution_id, seq, body, (extract(epoch from at) * 1000)::float8 as at
from execution_events where execution_id = any ($1::text[]) order by execution_id, seq`;
