import { expect, test } from "bun:test";
import { openRig } from "../rig/rig.ts";
import { chain } from "../rig/workloads.ts";

const secondRow = "(select min(seq) from execution_events where seq > 1)";

/** What a broken engine would leave behind, and a word of what the judge has to say about it. */
const forgeries: readonly (readonly [statement: string, complaint: string])[] = [
  [`delete from execution_events where seq = ${secondRow}`, "does not follow"],
  [`update execution_events set seq = 5000 where seq = ${secondRow}`, "does not follow"],
  [
    `insert into execution_events (execution_id, seq, event_count, workspace_id, type, body, at)
     select execution_id, seq + event_count, event_count, workspace_id, type, body, at from execution_events order by seq desc limit 1`,
    "does not follow",
  ],
  ["update workflow_executions set status = 'running'", "has not ended"],
  ["update workflow_executions set last_seq = last_seq + 1", "its row is at"],
  ["update workflow_executions set input_tokens = input_tokens * 2", "tokens in the row"],
  ["update workflow_executions set output_data = '1'", "its output is not"],
  ["update workflow_executions set lease_owner = 'somebody'", "holds what has ended"],
  ["update daily_spending set tokens = tokens + 1", "in the days' sums"],
  ["delete from workflow_executions", "was accepted and is not there"],
];

test("the judge sees what a broken engine would leave behind", async () => {
  await using rig = await openRig();
  const server = await rig.start();
  const id = await rig.submit(server, await rig.workflow(server, chain(2)));
  await rig.settled();
  expect((await rig.verdict()).violations).toEqual([]);
  await server.crash();
  for (const [statement, complaint] of forgeries) {
    await rig.sql.unsafe("drop schema if exists kept cascade; create schema kept");
    const tables = ["workflow_executions", "execution_events", "daily_spending"];
    for (const table of tables) await rig.sql.unsafe(`create table kept.${table} as select * from ${table}`);
    // Past the triggers that would refuse it.
    await rig.sql.begin(async (sql) => {
      await sql`set local session_replication_role = replica`;
      await sql.unsafe(statement);
    });
    const { violations } = await rig.verdict();
    expect(violations.some((violation) => violation.includes(complaint))).toBe(true);
    await rig.sql.begin(async (sql) => {
      await sql`set local session_replication_role = replica`;
      for (const table of tables) {
        const columns = await sql<{ name: string }[]>`
          select quote_ident(column_name) as name from information_schema.columns
          where table_schema = 'public' and table_name = ${table} and is_generated = 'NEVER'`;
        const names = columns.map(({ name }) => name).join(", ");
        await sql.unsafe(`delete from ${table}`);
        await sql.unsafe(`insert into ${table} (${names}) select ${names} from kept.${table}`);
      }
    });
    expect((await rig.verdict()).violations).toEqual([]);
  }
  const again = rig.ledger.calls[0];
  if (again === undefined) throw new Error("No call.");
  const forged = [
    { ...again, at: Date.now() },
    { ...again, key: "exe_unknown:call0:0" },
    { ...again, key: `${id}:nowhere:0` },
  ];
  for (const call of forged) {
    rig.ledger.note(call);
    expect((await rig.verdict()).violations).not.toEqual([]);
    rig.ledger.forget(call);
  }
}, 120_000);
