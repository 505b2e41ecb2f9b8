const days = 90;
export const forgottenAtOnce = 1_000;

const some = (table: string) => `delete from ${table} where ctid = any (array(
    select ctid from ${table} where day < (clock_timestamp() at time zone 'utc')::date - ${days} limit ${forgottenAtOnce}))
  returning 1`;

/**
 * Removes some of the days' use that is older than 90 days: budgets ask for today's only. Answers with how many; nothing is left when
 * there were less than `forgottenAtOnce`.
 */
export const forgetDays = `
with of_workspaces as (
  ${some("daily_spending")}
), of_workflows as (
  ${some("workflow_spending")}
)
select (select count(*) from of_workspaces)::int + (select count(*) from of_workflows)::int as gone`;
