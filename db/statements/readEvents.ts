/**
 * The rows with a page of one execution's log, $4 events after number $3, by primary key: the first may begin before it, the last
 * end after it. The engine's role sees all workspaces, so the workspace is named.
 */
export const readEvents = `
select seq, body, (extract(epoch from at) * 1000)::float8 as at
from execution_events
where workspace_id = $1 and execution_id = $2 and seq <= $3::int + $4::int
  and seq >= coalesce((select max(seq) from execution_events where execution_id = $2 and seq <= $3::int + 1), 0)
order by seq`;
