/**
 * What holds for all executions of a workspace, and what they have used today, in one row. Read again every few seconds for each
 * workspace that runs something, so it touches one row of each table by its primary key; of workflows, those with a budget.
 */
export const readLimits = `
select
  (select coalesce(json_agg(json_build_object('agent', agent, 'concurrency', concurrency, 'perMinute', per_minute) order by agent), '[]')
    from agent_limits where workspace_id = $1)::text as agents,
  (select coalesce(json_agg(json_build_object('workflowId', own.workflow_id, 'tokens', own.tokens, 'dollars', own.dollars,
      'spentTokens', coalesce(used.tokens, 0), 'spentDollars', coalesce(used.dollars, 0))), '[]')
    from workflow_budgets as own
    left join workflow_spending as used on used.workflow_id = own.workflow_id and used.day = today.day
    where own.workspace_id = $1)::text as workflows,
  budget.tokens::float8 as tokens, budget.dollars, coalesce(spent.tokens, 0)::float8 as spent_tokens,
  coalesce(spent.dollars, 0) as spent_dollars, today.day::text as day
from (select (clock_timestamp() at time zone 'utc')::date as day) as today
left join daily_budgets as budget on budget.workspace_id = $1
left join daily_spending as spent on spent.workspace_id = $1 and spent.day = today.day`;

/**
 * Lets executions go on that wait for the end of a day whose limit does not hold them any more. They are known by the moment they
 * wait for: others that wait for just that midnight are woken for nothing, and wait again. $3: of this workflow alone.
 */
export const wakeHeld = `
update workflow_executions set wake_at = date_trunc('milliseconds', clock_timestamp())
where workspace_id = $1 and status = 'waiting' and lease_owner is null and wake_at = to_timestamp($2::float8 / 1000)
  and ($3::text is null or workflow_id = $3)`;
