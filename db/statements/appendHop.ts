import { logEnd } from "./logEnd.ts";

/**
 * The commonest append of all, as a statement of its own: one row of the log, most often the end of one step and the start of the
 * next, that leaves the execution's row as it is. Does what `appendHops` does for one; answers with a row when it was done, with none
 * when the lease or the sequence number did not fit.
 *
 * Nothing here is a list. What it saves is in server/execution/README.md.
 */
export const appendHop = `
insert into execution_events (execution_id, seq, event_count, workspace_id, type, body, at)
select $1, $4::int + 1, $5::int, execution.workspace_id, $6, $7::json, to_timestamp($8::float8 / 1000)
from workflow_executions as execution
where execution.id = $1 and execution.lease_owner is not distinct from $2 and execution.lease_epoch = $3 and ${logEnd("$1")} = $4::int
returning 1 as done`;
