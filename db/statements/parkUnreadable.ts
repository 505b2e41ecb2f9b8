/**
 * Puts an execution aside whose history this release ($4: the number of its alphabet) cannot read, for a worker that can. It stays
 * as it was, under a lease that nobody holds and that never runs out: claims pass it by at no cost and without a column of their
 * own, the number in the lease's name says who may try it next.
 */
export const parkUnreadable = `
update workflow_executions set lease_owner = 'unreadable:' || $4::int, lease_expires_at = 'infinity'
where id = $1 and lease_owner = $2 and lease_epoch = $3`;

/** Lets go what older alphabets than $1 could not read. Asked now and then by every worker: during a deploy both releases claim. */
export const unparkUnreadable = `
update workflow_executions set lease_owner = null, lease_expires_at = null
where lease_owner like 'unreadable:%' and split_part(lease_owner, ':', 2)::int < $1`;
