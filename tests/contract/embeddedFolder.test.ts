import { expect, spyOn, test } from "bun:test";
import * as fs from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PGlite } from "@electric-sql/pglite";
import { type Database, openDatabase } from "#db/client.ts";
import { migrate } from "#db/migrate.ts";
import { DurableFolder, startParameters } from "#db/pglite/durableFolder.ts";
import { workspaces } from "#db/schema/index.ts";
import { withIdentity } from "#db/tenant.ts";
import { startChild } from "#tests/support/children/childProcess.ts";
import { errorOf, newWorkspace } from "#tests/support/databases.ts";

function freshFolder(): { path: string } & Disposable {
  const path = fs.mkdtempSync(join(tmpdir(), "agentflow-folder-"));
  return { path, [Symbol.dispose]: () => fs.rmSync(path, { recursive: true, force: true }) };
}
const idsIn = async (db: Database): Promise<string[]> =>
  (await withIdentity(db, (tx) => tx.select({ id: workspaces.id }).from(workspaces))).map((row) => row.id);

test("what was committed survives a kill -9 of the process, and the folder is free again", async () => {
  using folder = freshFolder();
  const committed: string[] = [];
  {
    await using child = startChild("folderWriter.ts", { folder: folder.path });
    while (committed.length < 25) {
      const line = await child.line();
      if (line === null || !line.startsWith("ws_")) throw new Error(`The writer stopped: ${line}`);
      committed.push(line);
    }
    await child.kill();
  }
  const db = await openDatabase({ folder: folder.path });
  try {
    await migrate(db);
    const found = new Set(await idsIn(db));
    expect(committed.filter((id) => !found.has(id))).toEqual([]);
  } finally {
    await db.close();
  }
}, 60_000);

test("a second process on the folder is told that it is in use, and a second opening in the same process too", async () => {
  using folder = freshFolder();
  const db = await openDatabase({ folder: folder.path });
  try {
    await using child = startChild("folderWriter.ts", { folder: folder.path });
    expect(await child.line()).toMatch(/^unavailable: The data folder .* is in use by another AgentFlow process/);
    expect(await errorOf(openDatabase({ folder: folder.path }))).toMatchObject({ code: "unavailable" });
    await migrate(db);
    await newWorkspace(db);
    expect(await idsIn(db)).toHaveLength(1);
  } finally {
    await db.close();
  }
}, 60_000);

test("a folder whose creation was cut off is made again, and a closed one opens with its rows", async () => {
  using folder = freshFolder();
  fs.writeFileSync(join(folder.path, "creating"), "");
  fs.mkdirSync(join(folder.path, "postgres"));
  fs.writeFileSync(join(folder.path, "postgres", "PG_VERSION"), "half");
  for (const rows of [1, 2]) {
    const db = await openDatabase({ folder: folder.path });
    try {
      await migrate(db);
      await newWorkspace(db);
      expect(await idsIn(db)).toHaveLength(rows);
    } finally {
      await db.close();
    }
  }
  expect(fs.existsSync(join(folder.path, "creating"))).toBe(false);
}, 60_000);

test("every commit waits for an fsync of the log", async () => {
  using folder = freshFolder();
  const fsync = spyOn(fs, "fsyncSync");
  const database = await PGlite.create({
    fs: new DurableFolder(folder.path),
    startParams: startParameters(PGlite.defaultStartParams, true),
  });
  try {
    await database.exec("create table kept (id int)");
    for (let id = 0; id < 5; id += 1) {
      const before = fsync.mock.calls.length;
      await database.query("insert into kept values ($1)", [id]);
      expect(fsync.mock.calls.length).toBeGreaterThan(before);
    }
  } finally {
    await database.close();
    fsync.mockRestore();
  }
}, 60_000);
