/**
 * How far a workflow's document is; no row when the workflow is unknown or deleted. Asked at each start of an execution (what others
 * have committed until now counts), so it is one round trip: as a transaction of the tenant it was six, a quarter of a start's work.
 */
export const lastSeqOfDocument = `
select document.last_seq::float8 as last_seq
from documents as document join workflows as workflow on workflow.id = document.workflow_id
where document.workspace_id = $1 and document.workflow_id = $2 and workflow.deleted_at is null`;
