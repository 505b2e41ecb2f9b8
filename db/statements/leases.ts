/**
 * Extends all leases of a worker: one statement, however many executions it runs. Rows that are locked are left out, which keeps this
 * from waiting for, and deadlocking with, a batch: an append that writes the row extends the lease too, and what was locked for
 * anything else (an answer, a wish to cancel) has its turn with the next beat, in time.
 */
export const renewLeases = `
with mine as (
  select id from workflow_executions where lease_owner = $1 for no key update skip locked
), renewed as (
  update workflow_executions as execution set lease_expires_at = clock_timestamp() + interval '10 seconds'
  from mine where execution.id = mine.id
)
select id, cancel_requested, answers from workflow_executions where lease_owner = $1`;

export const releaseLeases = `
update workflow_executions set lease_owner = null, lease_expires_at = null where lease_owner = $1`;

/** One of them: by its epoch, or whatever epoch the worker has it under. */
export const releaseLease = `
update workflow_executions set lease_owner = null, lease_expires_at = null
where id = $2 and lease_owner = $1 and lease_epoch = coalesce($3::int, lease_epoch)`;

/** Only where no other process can be working: the embedded database, whose folder this process has locked. */
export const releaseAllLeases = `
update workflow_executions set lease_owner = null, lease_expires_at = null where lease_owner is not null`;

/** The first wish counts. */
export const requestCancel = `
update workflow_executions set cancel_requested = coalesce(cancel_requested, $3::jsonb)
where workspace_id = $1 and id = $2 and status not in ('succeeded', 'failed', 'cancelled')
returning id`;

/** What a write that found nothing needs to know. */
export const readLease = `
select lease_owner, lease_epoch, status from workflow_executions where id = $1`;
