import { randomBytes } from "node:crypto";
import type { Database } from "#db/client.ts";
import { reduceAll } from "#src/engine/reduce.ts";
import type { ExecutionEvent } from "#src/schemas/executionEvent.ts";
import { asOwner, newExecutionOf, newWorkspace } from "#tests/support/databases.ts";
import { sketch } from "#tests/support/engine/graphs.ts";
import { runOnce } from "../support/engine.ts";
import { fixed, type Measure } from "../support/measurement.ts";
import { ownStore } from "../support/ownStore.ts";

/** Random, so that neither side gains from compression. */
const large = randomBytes(750_000).toString("base64");
const consumers = ["a", "b", "c", "d", "e"];
const graph = sketch(
  { source: "work", ...Object.fromEntries(consumers.map((id) => [id, "work"])) },
  consumers.map((id) => `source -> ${id}`),
);
/** The source's and its five consumers' events would have a copy each. */
const mostStored = 0.2;
const mostSent = 0.1;

/**
 * What an execution stores whose first step puts out a megabyte that five others take in, against the same history and the same rows
 * with the value in every place. Bytes as PostgreSQL has them, compressed.
 */
export const largeValues: Measure = {
  name: "largeValues",
  needs: ["postgres"],
  async run() {
    await using own = await ownStore();
    const { db, store } = own;
    const owner = await newExecutionOf(db, graph, await newWorkspace(db));
    const work = async (_config: unknown, _inputs: unknown, { stepKey }: { readonly stepKey: string }) => ({
      outputs: { out: stepKey === "source" ? large : stepKey },
    });
    await runOnce({ store, graph, owner, work });
    const [row] = await asOwner<{ id: string; bytes: number; events: number }>(
      db,
      `select execution.id, (pg_column_size(output_data)
        + (select sum(pg_column_size(body)) from execution_events)
        + (select sum(pg_column_size(value)) from payloads))::int as bytes,
        (select sum(octet_length(body::text))::int from execution_events) as events
       from workflow_executions as execution`,
    );
    if (row === undefined) throw new Error("Nothing was stored.");
    const events = await store.readEvents(owner.workspaceId, row.id as never, { afterSeq: 0, limit: 1_000 });
    const whole = await wholeBytes(db, events);
    const sent = events.reduce((sum, event) => sum + JSON.stringify(event.body).length, 0);
    return [
      {
        what: "Stored of a 1 MB value that goes through five steps",
        value: `${fixed(row.bytes / 1e6, 2)} MB`,
        against: `the value in every event, ${fixed(whole / 1e6, 2)} MB`,
        ratio: fixed(row.bytes / whole, 2),
        limit: `at most ${mostStored}`,
        holds: row.bytes / whole <= mostStored,
      },
      {
        what: "Sent to somebody who watches that execution",
        value: `${fixed(row.events / 1e3)} kB`,
        against: `the value in every event, ${fixed(sent / 1e6, 2)} MB`,
        ratio: fixed(row.events / sent, 4),
        limit: `at most ${mostSent}`,
        holds: row.events / sent <= mostSent,
      },
    ];
  },
};

/** The same events and output with every value in its place, in columns of the same types. */
async function wholeBytes(db: Database, events: readonly ExecutionEvent[]): Promise<number> {
  const logged = events.map(({ body }) => JSON.stringify(body));
  const output = JSON.stringify(reduceAll(events).output);
  const quoted = (text: string, type: string) => `('${text.replaceAll("'", "''")}'::${type})`;
  await asOwner(
    db,
    `create table whole_log (value json); create table whole_rows (value jsonb);
     insert into whole_log values ${logged.map((text) => quoted(text, "json")).join(",")};
     insert into whole_rows values ${quoted(output, "jsonb")}`,
  );
  const [sum] = await asOwner<{ bytes: number }>(
    db,
    `select ((select sum(pg_column_size(value)) from whole_log) + (select sum(pg_column_size(value)) from whole_rows))::int as bytes`,
  );
  return sum?.bytes ?? 0;
}
