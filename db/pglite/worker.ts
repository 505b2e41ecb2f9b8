// The embedded database lives in this worker: a heavy query must not stall the event loop of the server.
import * as fs from "node:fs";
import { join } from "node:path";
import { PGlite } from "@electric-sql/pglite";
import { DurableFolder, fsyncFolder, startParameters } from "./durableFolder.ts";
import type { FromWorker, ToWorker } from "./protocol.ts";

declare const self: Worker;

let database: PGlite | null = null;

self.onmessage = async (event: MessageEvent<ToWorker>) => {
  const message = event.data;
  if (message instanceof Uint8Array) return answer(message);
  switch (message.kind) {
    case "open":
      try {
        database = await open(message.folder, message.template);
        await becomeEngine(database);
        return tell({ kind: "opened" });
      } catch (error) {
        return tell({ kind: "failed", message: error instanceof Error ? error.message : String(error) });
      }
    case "dump":
      return tell({ kind: "template", template: await dump() });
    case "close":
      await database?.close();
      return tell({ kind: "closed" });
  }
};

function tell(message: FromWorker): void {
  self.postMessage(message);
}

/** Runs synchronously inside: the pieces of two messages can never mix. */
async function answer(piece: Uint8Array): Promise<void> {
  if (!database) throw new Error("The database is not open.");
  const parts: Uint8Array[] = [];
  // The bytes are a view into the engine's memory: copy before they are overwritten.
  await database.execProtocolRawStream(piece, { syncToFs: false, onRawData: (part) => parts.push(part.slice()) });
  if (parts.length > 0) tell(Buffer.concat(parts));
}

async function dump(): Promise<Uint8Array> {
  if (!database) throw new Error("The database is not open.");
  return new Uint8Array(await (await database.dumpDataDir("gzip")).arrayBuffer());
}

async function open(folder: string | null, template: Uint8Array | null): Promise<PGlite> {
  const loadDataDir =
    template === null ? {} : { loadDataDir: new Blob([new Uint8Array(template)], { type: "application/x-gzip" }) };
  if (folder === null)
    return PGlite.create({ startParams: startParameters(PGlite.defaultStartParams, false), ...loadDataDir });

  const cluster = join(folder, "postgres");
  // Marks a creation that has begun: a folder that is half full after a crash is made again, a whole one is never touched.
  const creating = join(folder, "creating");
  if (fs.existsSync(creating)) fs.rmSync(cluster, { recursive: true, force: true });
  const isNew = !fs.existsSync(join(cluster, "PG_VERSION"));
  if (isNew) {
    fs.writeFileSync(creating, "");
    fsyncFolder(folder);
  }
  const opened = await PGlite.create({
    fs: new DurableFolder(cluster),
    startParams: startParameters(PGlite.defaultStartParams, true),
    ...(isNew ? loadDataDir : {}),
  });
  if (isNew) {
    await opened.exec("checkpoint");
    fsyncTree(cluster);
    fs.rmSync(creating);
    fsyncFolder(folder);
  }
  return opened;
}

/**
 * The session belongs to the engine from its first statement on, so also after a crash: the engine's statements set no role. A
 * database that is still to be migrated has no such role; `migrate` takes it on.
 */
async function becomeEngine(opened: PGlite): Promise<void> {
  await opened.exec("select set_config('role', rolname, false) from pg_roles where rolname = 'agentflow_engine'");
  // A kept plan that was made while a table was small would read all of it ever after, and nothing here analyzes tables.
  await opened.exec("set enable_seqscan = off");
}

/** The template's files were written past Postgres, so nobody has made them durable yet. */
function fsyncTree(root: string): void {
  for (const entry of fs.readdirSync(root, { withFileTypes: true })) {
    const path = join(root, entry.name);
    if (entry.isDirectory()) fsyncTree(path);
    else if (entry.isFile()) fsyncFolder(path);
  }
  fsyncFolder(root);
}
