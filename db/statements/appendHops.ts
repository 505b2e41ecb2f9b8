import { logEnd } from "./logEnd.ts";

/**
 * Appends events of many executions whose rows stay as they are: most of what a busy process writes. Answers with the ids of those
 * whose lease and sequence number did fit, once for each row of the log.
 *
 * The execution's row is read and not written, so this locks nothing and leaves nothing behind. What keeps two writers apart at the
 * same moment is the log's primary key: whoever goes on from the same event begins his row with the same number, and one of them
 * fails with 23505 (server/execution/README.md).
 */
export const appendHops = `
with written as (
  insert into execution_events (execution_id, seq, event_count, workspace_id, type, body, at)
  select given.id, given.seq, given.event_count, execution.workspace_id, given.type, given.body::json, to_timestamp(given.at / 1000)
  from unnest(string_to_array($1, chr(10), ''), string_to_array($2, chr(10), ''), $3::int[], $4::int[], $5::int[], $6::int[],
    string_to_array($7, chr(10), ''), string_to_array($8, chr(10), ''), $9::float8[])
    as given (id, worker, epoch, after_seq, seq, event_count, type, body, at)
  join workflow_executions as execution
    on execution.id = given.id and execution.lease_owner is not distinct from given.worker and execution.lease_epoch = given.epoch
  where given.after_seq = ${logEnd("given.id")}
  returning execution_id
)
select count(*)::int as count, case when count(*) < cardinality($3::int[]) then string_agg(execution_id, chr(10)) end as ids from written`;
