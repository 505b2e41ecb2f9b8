import { describe, expect, test } from "bun:test";
import { randomBytes } from "node:crypto";
import type { Database } from "#db/client.ts";
import { engineRows } from "#db/engine.ts";
import { findPayload } from "#db/queries/payloads.ts";
import { removeOldest } from "#db/statements/storage.ts";
import { withTenant } from "#db/tenant.ts";
import { systemClock } from "#server/adapters/clock.ts";
import { createFeed } from "#server/execution/feed.ts";
import { createRunner } from "#server/execution/runner.ts";
import { createDatabaseStore } from "#server/execution/store.ts";
import { maxInline } from "#src/engine/payloads.ts";
import type { LiveMessage, NewExecution } from "#src/engine/ports.ts";
import { reduceAll } from "#src/engine/reduce.ts";
import type { WorkspaceId } from "#src/ids.ts";
import type { JsonValue } from "#src/json.ts";
import type { ExecutionEvent, ExecutionEventBody, StepKey } from "#src/schemas/executionEvent.ts";
import type { Graph } from "#src/schemas/graph.ts";
import { isReference } from "#src/schemas/payload.ts";
import { asOwner, errorOf, newExecutionOf, newWorkspace } from "#tests/support/databases.ts";
import { eachDatabase } from "#tests/support/eachDatabase.ts";
import { testCatalogue, testExecutors, type Work } from "#tests/support/engine/agents.ts";
import { chain, sketch } from "#tests/support/engine/graphs.ts";
import { trigger } from "#tests/support/engine/rig.ts";

/** A megabyte that no database makes smaller. */
const large = randomBytes(750_000).toString("base64");
const consumers = ["c1", "c2", "c3", "c4", "c5"];
/** One step puts it out, five take it in and put out something small. */
const fanOut = sketch(
  { source: "work", ...Object.fromEntries(consumers.map((id) => [id, "work"])) },
  consumers.map((id) => `source -> ${id}`),
);
const step = "n0" as StepKey;
const eventsOf = (...bodies: ExecutionEventBody[]): ExecutionEvent[] =>
  bodies.map((body, at) => ({ seq: at + 1, at: 1_800_000_000_000 + at, body }));

for (const { kind, db, workspaceId } of await eachDatabase()) {
  describe(`large values on ${kind}`, () => {
    /** Runs it to its end; gives what watchers were told. */
    async function run(execution: NewExecution, graph: Graph, work: Work) {
      const feed = createFeed();
      const runner = createRunner({
        ...{ db, feed, clock: systemClock, catalogue: testCatalogue, executors: testExecutors(work) },
        contextFor: () => ({}) as never,
        capacity: 2,
        log: { warn: () => {}, error: () => {} },
      });
      const told: LiveMessage[] = [];
      const { promise: ended, resolve } = Promise.withResolvers<void>();
      feed.subscribe(execution.id, (message) => {
        told.push(message);
        if (message.kind === "event" && /^execution_(succeeded|failed)$/.test(message.event.body.type)) resolve();
      });
      await runner.start({ execution, graph, input: null, trigger });
      await ended;
      await runner.stop();
      return told;
    }
    const sizesOf = async ({ id }: NewExecution) => {
      const [sizes] = await asOwner<Record<string, number>>(
        db,
        `select (select count(*)::int from payloads where execution_id = '${id}') as payloads,
          (select sum(octet_length(value::text))::int from payloads where execution_id = '${id}') as payload_bytes,
          (select sum(octet_length(body::text))::int from execution_events where execution_id = '${id}') as events,
          (select max(octet_length(body::text))::int from execution_events where execution_id = '${id}') as longest,
          (select octet_length(output_data::text)::int from workflow_executions where id = '${id}') as output`,
      );
      return sizes ?? {};
    };

    test("a megabyte that five steps take in is stored once, and watchers are sent none of it", async () => {
      const execution = await newExecutionOf(db, fanOut, workspaceId);
      let seen = 0;
      const told = await run(execution, fanOut, ({ in: given }, { stepKey }) => {
        if (stepKey === "source") return { out: large };
        if ((given as JsonValue[])[0] === large) seen += 1;
        return { out: stepKey };
      });
      expect(seen).toBe(5);
      const sizes = await sizesOf(execution);
      expect(sizes).toMatchObject({ payloads: 1, payload_bytes: large.length + 2 });
      // Whole, it would be in 1 + 5 events: 6 MB.
      expect(sizes.events).toBeLessThan(10_000);
      expect(Math.max(...told.map((message) => JSON.stringify(message).length))).toBeLessThan(2_000);
      const outputs = told.flatMap((message) =>
        message.kind === "event" && message.event.body.type === "step_succeeded"
          ? [message.event.body.outputs.out]
          : [],
      );
      expect(outputs.filter(isReference)).toHaveLength(1);
    });

    test("what lists, records and the run's output repeat of it is stored once, too", async () => {
      const graph = chain(3);
      const execution = await newExecutionOf(db, graph, workspaceId);
      await run(execution, graph, (_inputs, { stepKey }) => ({ out: [large, { stepKey, large }] }));
      const sizes = await sizesOf(execution);
      expect(sizes).toMatchObject({ payloads: 1 });
      expect(Number(sizes.events) + Number(sizes.output)).toBeLessThan(20_000);
      expect(Number(sizes.longest)).toBeLessThan(maxInline);
    });

    test("a worker that dies between a value and the event that tells of it leaves nothing to be missed", async () => {
      const execution = await newExecutionOf(db, chain(1), workspaceId);
      const dying = createDatabaseStore(withoutAppends(db));
      const begun = eventsOf(
        { type: "execution_created", input: null, trigger },
        { type: "execution_started" },
        { type: "step_started", stepKey: step, attempt: 1, inputs: {} },
      );
      const lease = await dying.create(execution, begun, "dying");
      if (lease === null) throw new Error("No lease");
      const result = (outputs: string): ExecutionEvent => ({
        seq: 4,
        at: 1_800_000_000_009,
        body: { type: "step_succeeded", stepKey: step, attempt: 1, outputs: { out: outputs } },
      });
      const lost = result(`lost ${large}`);
      expect(await errorOf(dying.append(lease, [lost], reduceAll([...begun, lost])))).toMatchObject({
        code: "unavailable",
      });
      expect(await sizesOf(execution)).toMatchObject({ payloads: 1 });

      await asOwner(
        db,
        `update workflow_executions set lease_expires_at = now() - interval '1 s' where id = '${execution.id}'`,
      );
      const store = createDatabaseStore(db);
      const [claimed] = await store.claim("next", 1);
      expect(claimed?.events).toEqual(begun);
      if (claimed === undefined) return;
      const others = [
        result(large),
        { seq: 5, at: 1_800_000_000_010, body: { type: "execution_succeeded", output: large } as const },
      ];
      await store.append(claimed.lease, others, reduceAll([...begun, ...others]));
      expect(await store.readEvents(workspaceId, execution.id, { afterSeq: 3, limit: 10 })).toEqual(others);
      // The one that nothing tells of goes with its execution.
      expect(await sizesOf(execution)).toMatchObject({ payloads: 2 });
      await engineRows(db, removeOldest, [workspaceId, 2_000_000_000_000, null, null]);
      expect(await asOwner(db, "select from payloads")).toHaveLength(0);
    });

    test("a history that lacks a value is put aside, and holds no other up", async () => {
      const store = createDatabaseStore(db);
      const input = { type: "execution_created", input: `damaged ${large}`, trigger } as const;
      const [damaged, sound] = [
        await newExecutionOf(db, chain(1), workspaceId),
        await newExecutionOf(db, chain(1), workspaceId),
      ];
      for (const execution of [damaged, sound]) await store.create(execution, eventsOf(input), null);
      await asOwner(db, `delete from payloads where execution_id = '${damaged.id}'`);
      const claimed = await store.claim("next", 10);
      expect(claimed.map(({ lease }) => lease.executionId)).toEqual([sound.id]);
      expect(claimed[0]?.events).toEqual(eventsOf(input));
      const read = store.readEvents(workspaceId, damaged.id, { afterSeq: 0, limit: 10 });
      expect(await errorOf(read)).toMatchObject({ code: "history_unreadable" });
    });

    test("a worker sends a value once for an execution, however often its events tell of it", async () => {
      const sent: string[] = [];
      const watched = watchedStatements(db, (statement, given) => {
        if (statement.includes("insert into payloads")) sent.push(given);
      });
      const store = createDatabaseStore(watched);
      const graph = chain(4);
      const execution = await newExecutionOf(db, graph, workspaceId);
      const history = eventsOf(
        { type: "execution_created", input: null, trigger },
        { type: "execution_started" },
        ...["n0", "n1", "n2", "n3"].flatMap((key): ExecutionEventBody[] => [
          { type: "step_started", stepKey: key as StepKey, attempt: 1, inputs: { in: [large] } },
          { type: "step_succeeded", stepKey: key as StepKey, attempt: 1, outputs: { out: large } },
        ]),
        { type: "execution_succeeded", output: large },
      );
      const lease = await store.create(execution, history.slice(0, 2), "one");
      if (lease === null) throw new Error("No lease");
      for (let at = 2; at < history.length; at += 2) {
        const events = history.slice(at, at + 2);
        await store.append(lease, events, reduceAll(history.slice(0, at + 2)));
      }
      expect(sent).toHaveLength(1);
      expect(sent[0]?.length).toBeLessThan(1.1 * large.length);
    });

    test("nobody else's transaction sees one, and nobody can change or forge one", async () => {
      const execution = await newExecutionOf(db, chain(1), workspaceId);
      await createDatabaseStore(db).create(
        execution,
        eventsOf({ type: "execution_created", input: large, trigger }),
        null,
      );
      const [row] = await asOwner<{ hash: string }>(
        db,
        `select hash from payloads where execution_id = '${execution.id}'`,
      );
      const hash = row?.hash ?? "";
      const other = await newWorkspace(db);
      const seenBy = (scope: WorkspaceId) =>
        withTenant(db, { workspaceId: scope }, (tx) => findPayload(tx, execution.id, hash));
      expect(await seenBy(workspaceId)).toBe(large);
      expect(await seenBy(other)).toBeUndefined();
      expect(await seenBy("" as WorkspaceId)).toBeUndefined();
      const forbidden = { cause: expect.objectContaining({ message: expect.stringContaining("permission denied") }) };
      for (const statement of [
        `update payloads set value = '1' where execution_id = '${execution.id}'`,
        `insert into payloads select execution_id, 'x', workspace_id, 1, '1' from payloads`,
        `delete from payloads`,
      ]) {
        const error = await errorOf(withTenant(db, { workspaceId }, (tx) => tx.execute(statement)));
        expect((error as Error).cause).toMatchObject(forbidden);
      }
      // The engine may remove them, but not of an execution that goes on.
      await engineRows(db, "delete from payloads", []);
      expect(await seenBy(workspaceId)).toBe(large);
    });
  });
}

/** A database that tells of the engine's statements before they are sent; what throws there is what the statement ends with. */
function watchedStatements(db: Database, told: (statement: string, given: string) => void): Database {
  const engineSql = new Proxy(db.engineSql, {
    get(sql, name) {
      if (name !== "unsafe") return Reflect.get(sql, name);
      return (statement: string, given: never[], options: never) => {
        try {
          told(statement, given.join());
        } catch (error) {
          return Promise.reject(error);
        }
        return sql.unsafe(statement, given, options);
      };
    },
  });
  return Object.create(db, { engineSql: { get: () => engineSql } }) as Database;
}

/** As a worker has it that dies before an append of events is sent. */
const withoutAppends = (db: Database): Database =>
  watchedStatements(db, (statement) => {
    if (statement.includes("insert into execution_events") && !statement.includes("insert into workflow_executions"))
      throw Object.assign(new Error("The worker is gone."), { code: "ECONNRESET" });
  });
