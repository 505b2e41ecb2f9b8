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
 * still meets the index (a snapshot older than the lock) fails with 23505 and is tried again.
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
  where lease_owner is null and status = 'waiting' and wake_at <= clock_timestamp()
  order by wake_at limit $2 for update skip locked
), begun as (
  select id from expired union select id from let_go union select id from woken limit $2
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
  select head.*, null::int as slot from workspace cross join lateral (
    select id, workspace_id, priority, created_at from workflow_executions
    where workspace_id = workspace.id and lease_owner is null and status = 'queued' and concurrency_limit is null
    order by priority desc nulls last, created_at limit case when $2::int = 0 then 0 else (select heads from depth) end
  ) as head where workspace.id is not null
), mine as materialized (
  select id from workflow where id is not null and $2::int > 0 and pg_try_advisory_xact_lock(hashtextextended(id, 11))
), limited as (
  select head.id, head.workspace_id, head.priority, head.created_at, free.slot
  from mine
  cross join lateral (
    select concurrency_limit as most from workflow_executions
    where workflow_id = mine.id and lease_owner is null and status = 'queued' and concurrency_limit is not null
    order by priority desc nulls last, created_at limit 1
  ) as setting
  cross join lateral (
    select slot, row_number() over (order by slot) as place from (
      select slot from generate_series(1, setting.most) as slot except
      select concurrency_slot from workflow_executions
      where workflow_id = mine.id and concurrency_slot is not null and (lease_owner is not null or status in ('running', 'cancelling'))
      order by slot limit $2
    ) as unused
  ) as free
  join lateral (
    select id, workspace_id, priority, created_at, row_number() over (order by priority desc nulls last, created_at) as place from (
      select id, workspace_id, priority, created_at from workflow_executions
      where workflow_id = mine.id and lease_owner is null and status = 'queued' and concurrency_limit is not null
      order by priority desc nulls last, created_at limit $2
    ) as first
  ) as head on head.place = free.place
), active as (
  select workspace_id, count(*) as running from workflow_executions where lease_owner is not null group by workspace_id
), candidates as (
  select waiting.id, waiting.slot, waiting.created_at,
    coalesce(active.running, 0)
      + row_number() over (partition by waiting.workspace_id order by waiting.priority desc, waiting.created_at) as turn
  from (select * from unlimited union all select * from limited) as waiting
  left join active on active.workspace_id = waiting.workspace_id
  order by turn, waiting.created_at limit 2 * $2::int + 16
), queued as (
  select execution.id, candidates.slot from candidates join workflow_executions as execution on execution.id = candidates.id
  where execution.lease_owner is null and execution.status = 'queued'
  order by candidates.turn, candidates.created_at
  limit greatest($2::int - (select count(*) from begun), 0) for update of execution skip locked
), chosen as (
  select id, null::int as slot from cancels
  union all select id, null from begun where id not in (select id from cancels)
  union all select id, slot from queued where id not in (select id from cancels)
)
update workflow_executions as execution set
  lease_owner = $1,
  lease_epoch = lease_epoch + 1,
  lease_expires_at = clock_timestamp() + interval '10 seconds',
  concurrency_slot = case when execution.status in ('queued', 'waiting') then chosen.slot else execution.concurrency_slot end
from chosen where execution.id = chosen.id
returning execution.id, execution.workspace_id, execution.workflow_id, execution.version_id, execution.lease_epoch,
  execution.cancel_requested`;

/** The same for one execution, whoever else waits: to carry out a cancel, or to go on with an answer. It takes no slot. */
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
select slot from generate_series(1, $2::int) as slot
where not exists (
  select from workflow_executions
  where workflow_id = $1 and concurrency_slot = slot and (lease_owner is not null or status in ('running', 'cancelling'))
) and not exists (
  select from workflow_executions
  where workflow_id = $1 and lease_owner is null and status = 'queued' and concurrency_limit is not null
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
