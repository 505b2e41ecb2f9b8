import { afterEach, describe, expect, test } from "bun:test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Database, openDatabase } from "#db/client.ts";
import { engineRows } from "#db/engine.ts";
import { migrate } from "#db/migrate.ts";
import { createDatabaseStore } from "#server/execution/store.ts";
import { asOwner, errorOf, newExecutionOf, newWorkspace } from "#tests/support/databases.ts";
import { chain } from "#tests/support/engine/graphs.ts";
import { trigger } from "#tests/support/engine/rig.ts";

const RealWorker = globalThis.Worker;

/** An embedded database in a folder, whose worker can be ended from outside as the operating system would end it. */
async function crashableDatabase(): Promise<{ db: Database; crash: () => Promise<void> } & AsyncDisposable> {
  const workers: Worker[] = [];
  globalThis.Worker = class extends RealWorker {
    constructor(...given: ConstructorParameters<typeof RealWorker>) {
      super(...given);
      workers.push(this);
    }
  };
  const folder = await mkdtemp(join(tmpdir(), "agentflow-crash-"));
  const db = await openDatabase({ folder });
  await migrate(db);
  return {
    db,
    crash() {
      const worker = workers.at(-1);
      const ended = new Promise<void>((resolve) => worker?.addEventListener("close", () => resolve()));
      worker?.terminate();
      return ended;
    },
    async [Symbol.asyncDispose]() {
      await db.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

describe("after the embedded database's worker has died", () => {
  afterEach(() => {
    globalThis.Worker = RealWorker;
  });

  test("the next statement finds a new session that is the engine's again, with everything that was committed", async () => {
    await using embedded = await crashableDatabase();
    const { db, crash } = embedded;
    const store = createDatabaseStore(db);
    const execution = await newExecutionOf(db, chain(2), await newWorkspace(db));
    await store.create(
      execution,
      [{ seq: 1, at: 1, body: { type: "execution_created", input: "kept", trigger } }],
      null,
    );
    await crash();

    const [session] = await engineRows<{ role: string }>(db, "select current_user as role", []);
    expect(session?.role).toBe("agentflow_engine");
    const events = await store.readEvents(execution.workspaceId, execution.id, { afterSeq: 0, limit: 10 });
    expect(events.map(({ body }) => body)).toEqual([{ type: "execution_created", input: "kept", trigger }]);
    expect(await errorOf(engineRows(db, "select password_hash from profiles", []))).toMatchObject({
      cause: { code: "42501" },
    });
  }, 60_000);

  test("what was under way fails as unavailable, and the database can be migrated again", async () => {
    await using embedded = await crashableDatabase();
    const { db, crash } = embedded;
    const pending = errorOf(engineRows(db, "select count(*) from generate_series(1, 20000000)", []));
    await crash();
    expect(await pending).toMatchObject({ code: "unavailable" });
    await migrate(db);
    expect(await asOwner(db, "select current_user as role")).toEqual([{ role: "postgres" }]);
    const [session] = await engineRows<{ role: string }>(db, "select current_user as role", []);
    expect(session?.role).toBe("agentflow_engine");
  }, 60_000);
});
