/**
 * Takes executions nobody works on: queued or let go (an index of exactly those, oldest first), and those whose lease ran out on
 * the database's clock. `skip locked` lets many workers claim at once without waiting for each other, and leaves alone what is
 * being written at this moment. The epoch grows, so whatever the last holder still sends changes nothing.
 */
export const claimExecutions = `
with free as (
  select id from workflow_executions
  where lease_owner is null and status in ('queued', 'running', 'cancelling')
  order by created_at limit $2 for update skip locked
), expired as (
  select id from workflow_executions
  where lease_owner is not null and lease_expires_at < clock_timestamp()
  order by created_at limit $2 for update skip locked
), chosen as (
  select id from expired union all select id from free limit $2
)
update workflow_executions as execution set
  lease_owner = $1,
  lease_epoch = lease_epoch + 1,
  lease_expires_at = clock_timestamp() + interval '10 seconds'
from chosen where execution.id = chosen.id
returning execution.id, execution.workspace_id, execution.workflow_id, execution.version_id, execution.lease_epoch,
  execution.cancel_requested`;

/** The same for one execution, whoever else waits: to carry out a cancel. */
export const claimOneExecution = `
update workflow_executions as execution set
  lease_owner = $1,
  lease_epoch = lease_epoch + 1,
  lease_expires_at = clock_timestamp() + interval '10 seconds'
where id = $2 and status in ('queued', 'running', 'waiting', 'cancelling')
  and (lease_owner is null or lease_expires_at < clock_timestamp())
returning id, workspace_id, workflow_id, version_id, lease_epoch, cancel_requested`;

export const graphsOfVersions = `select id, graph from workflow_versions where id = any ($1::text[])`;

export const historyOfExecutions = `
select execution_id, seq, body, (extract(epoch from at) * 1000)::float8 as at
from execution_events where execution_id = any ($1::text[]) order by execution_id, seq`;
