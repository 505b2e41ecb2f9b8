/** A page of one execution's log, by primary key. The engine's role sees all workspaces, so the workspace is named. */
export const readEvents = `
select seq, body, (extract(epoch from at) * 1000)::float8 as at
from execution_events where workspace_id = $1 and execution_id = $2 and seq > $3 order by seq limit $4`;
