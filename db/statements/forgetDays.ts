const days = 90;
const atOnce = 1_000;

const oldest = (table: string) => `delete from ${table} where ctid = any (array(
    select ctid from ${table} where day < (clock_timestamp() at time zone 'utc')::date - ${days} limit ${atOnce}))
  returning 1`;

/**
 * Removes some of the days' use of ${days} days ago and before: budgets ask for today's only. Answers with how many; nothing is left when
 * there were less than ${atOnce}.
 */
export const forgetDays = `
with of_workspaces as (
  ${oldest("daily_spending")}
), of_workflows as (
  ${oldest("workflow_spending")}
)
select (select count(*) from of_workspaces)::int + (select count(*) from of_workflows)::int as gone`;

export const forgottenAtOnce = atOnce;
