import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { type Database, openDatabase } from "#db/client.ts";
import { migrate } from "#db/migrate.ts";
import { systemClock } from "#server/adapters/clock.ts";
import { newId } from "#server/adapters/ids.ts";
import { createFeed } from "#server/execution/feed.ts";
import { createRunner, type Runner } from "#server/execution/runner.ts";
import { createDatabaseStore } from "#server/execution/store.ts";
import type { NewExecution } from "#src/engine/ports.ts";
import { reduceAll } from "#src/engine/reduce.ts";
import { startedEvents } from "#src/engine/start.ts";
import type { WorkspaceId } from "#src/ids.ts";
import { type ChaosProxy, startChaosProxy } from "#tests/support/chaosProxy.ts";
import { freshPostgres } from "#tests/support/database.ts";
import { errorOf, newExecutionOf, newWorkspace } from "#tests/support/databases.ts";
import { testCatalogue, testExecutors } from "#tests/support/engine/agents.ts";
import { chain } from "#tests/support/engine/graphs.ts";
import { trigger } from "#tests/support/engine/rig.ts";

const graph = chain(4);
let server: Awaited<ReturnType<typeof freshPostgres>>;
let proxy: ChaosProxy;
let db: Database;
let workspaceId: WorkspaceId;
let runner: Runner;
let feed: ReturnType<typeof createFeed>;
/** Keys of the steps whose effect happened, in order. */
let effects: string[];
/** What else happens in the effect of a step. */
let during: Record<string, () => void>;

beforeEach(async () => {
  server = await freshPostgres();
  proxy = await startChaosProxy(server.url);
  db = await openDatabase({ url: proxy.url, answerMs: 2_000 });
  await migrate(db);
  workspaceId = await newWorkspace(db);
  effects = [];
  during = {};
  feed = createFeed();
  runner = createRunner({
    db,
    feed,
    clock: systemClock,
    catalogue: testCatalogue,
    executors: testExecutors((_inputs, { stepKey }) => {
      effects.push(stepKey);
      during[stepKey]?.();
      return { out: stepKey };
    }),
    contextFor: () => ({}) as never,
    capacity: 4,
    log: { warn: () => {}, error: () => {} },
  });
});
afterEach(async () => {
  proxy.pass();
  await runner.stop();
  await db.close();
  await proxy[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
});

/** Resolves when the execution has succeeded, as who watches it hears. */
function successOf({ id }: NewExecution): Promise<void> {
  return new Promise((resolve) => {
    feed.subscribe(id, (message) => {
      if (message.kind === "event" && message.event.body.type === "execution_succeeded") resolve();
    });
  });
}
const start = (execution: NewExecution) => runner.start({ execution, graph, input: null, trigger });

/** Every step once, the log without gaps and repeats, and nobody had to recover anything. */
async function expectWhole(execution: NewExecution): Promise<void> {
  expect(effects).toEqual(["n0", "n1", "n2", "n3"]);
  const events = await createDatabaseStore(db).readEvents(workspaceId, execution.id, { afterSeq: 0, limit: 1_000 });
  expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index + 1));
  expect(events.filter(({ body }) => body.type === "step_started")).toHaveLength(4);
  expect(reduceAll(events)).toMatchObject({ status: "succeeded", recoveries: 0 });
}

describe("when the connection breaks after a commit and before its reply", () => {
  test.each([
    ["of a step", '{"type":"step_succeeded","stepKey":"n1"'],
    ["of the end", "execution_succeeded"],
  ])(
    "the commit %s is found and the execution goes on, with nothing twice",
    async (_name, text) => {
      const execution = await newExecutionOf(db, graph, workspaceId);
      const success = successOf(execution);
      proxy.swallowReplyTo(text);
      await start(execution);
      await success;
      expect(proxy.swallowed).toBe(1);
      await expectWhole(execution);
    },
    30_000,
  );

  test("the commit of a start is found: it is answered as started, and there is one execution", async () => {
    const execution = await newExecutionOf(db, graph, workspaceId);
    const success = successOf(execution);
    proxy.swallowReplyTo("execution_created");
    expect(await start(execution)).toEqual({ executionId: execution.id, status: "running" });
    await success;
    expect(proxy.swallowed).toBe(1);
    await expectWhole(execution);
  }, 30_000);
});

describe("when the answer to a create is lost, and what is there is not its own", () => {
  const eventsAt = (at: number) => startedEvents({ input: null, trigger, at });

  test("an id that another start has taken is a conflict, not taken for its own", async () => {
    const execution = await newExecutionOf(db, graph, workspaceId);
    const store = createDatabaseStore(db);
    await store.create(execution, eventsAt(1), "another");
    proxy.swallowReplyTo("execution_created");
    expect(await errorOf(store.create(execution, eventsAt(2), "own"))).toMatchObject({ code: "conflict" });
    expect(proxy.swallowed).toBe(1);
  }, 30_000);

  test("a slot that another execution has taken is a conflict: nothing was made", async () => {
    const first = await newExecutionOf(db, graph, workspaceId);
    const second = { ...first, id: newId("execution") };
    const placing = { priority: 0, concurrencyLimit: 1, slot: 0, startsPerMinute: null };
    const store = createDatabaseStore(db);
    await store.create({ ...first, placing }, eventsAt(1), "own");
    proxy.swallowReplyTo("execution_created");
    const refused = await errorOf(store.create({ ...second, placing }, eventsAt(2), "own"));
    expect(refused).toMatchObject({ code: "conflict" });
    expect(await store.readEvents(workspaceId, second.id, { afterSeq: 0, limit: 10 })).toEqual([]);
    expect(proxy.swallowed).toBe(1);
  }, 30_000);
});

describe.each(["refuse", "hold"] as const)("while the database is away (%s)", (how) => {
  test("a start is answered as unavailable; what runs waits, and goes on when it is back", async () => {
    const execution = await newExecutionOf(db, graph, workspaceId);
    const another = await newExecutionOf(db, graph, workspaceId);
    const away = Promise.withResolvers<void>();
    during.n1 = () => {
      proxy[how]();
      away.resolve();
    };
    const success = successOf(execution);
    await start(execution);
    await away.promise;
    expect(await errorOf(start(another))).toMatchObject({ code: "unavailable" });
    expect(effects).toEqual(["n0", "n1"]);
    // What was on its way when the network went quiet may arrive late: then the start that nobody was promised runs as well.
    during = {};
    proxy.pass();
    await success;
    const own = await createDatabaseStore(db).readEvents(workspaceId, execution.id, { afterSeq: 0, limit: 1_000 });
    expect(own.map(({ seq }) => seq)).toEqual(own.map((_, index) => index + 1));
    expect(own.filter(({ body }) => body.type === "step_started")).toHaveLength(4);
    expect(reduceAll(own)).toMatchObject({ status: "succeeded" });
  }, 60_000);
});
