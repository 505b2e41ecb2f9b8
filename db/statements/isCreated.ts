/**
 * Whether a create whose answer was lost was committed: its id may be there by another hand (a start under an Idempotency-Key at
 * another process), and what it met may have been another's concurrency slot. One that was made of the same trigger in the same
 * moment is its own. Asked only then.
 */
export const isCreated = `
select 1 as found from workflow_executions
where id = $1 and workspace_id = $2 and created_at = to_timestamp($3::float8 / 1000) and trigger = $4::jsonb`;
