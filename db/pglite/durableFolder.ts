import * as fs from "node:fs";
import { NodeFS } from "@electric-sql/pglite/nodefs";

type Init = NodeFS["init"];
/** The few parts of Emscripten's NODEFS that matter here; it has no types. */
interface FolderStream {
  readonly node: unknown;
  /** The descriptor; a directory has none. */
  readonly nfd?: number;
}
interface FolderModule {
  readonly NODEFS: { stream_ops: { fsync?: (stream: FolderStream) => number }; realPath(node: unknown): string };
}

/**
 * PGlite's folder, with an fsync. Emscripten's NODEFS has none, and its fsync(2) then succeeds without doing anything: a commit
 * would survive the process but not the machine.
 */
export class DurableFolder extends NodeFS {
  override async init(...[pg, options]: Parameters<Init>): ReturnType<Init> {
    const { emscriptenOpts } = await super.init(pg, options);
    const addFsync = (mod: unknown) => {
      const { NODEFS } = mod as FolderModule;
      NODEFS.stream_ops.fsync = (stream) => {
        if (stream.nfd === undefined) fsyncFolder(NODEFS.realPath(stream.node));
        else fs.fsyncSync(stream.nfd);
        return 0;
      };
    };
    return { emscriptenOpts: { ...emscriptenOpts, preRun: [...(emscriptenOpts.preRun ?? []), addFsync] } };
  }
}

/** Makes new and renamed entries of a folder durable. */
export function fsyncFolder(path: string): void {
  const descriptor = fs.openSync(path, "r");
  try {
    fs.fsyncSync(descriptor);
  } finally {
    fs.closeSync(descriptor);
  }
}

/**
 * PGlite's start parameters with `-F` (no fsync) taken out. WAL by fsync, because Emscripten's fdatasync(2) does nothing.
 * A folder's database waits for the disk at every commit; one in memory has none to wait for.
 */
export function startParameters(defaults: readonly string[], durable: boolean): string[] {
  if (!durable) return [...defaults];
  return [...defaults.filter((parameter) => parameter !== "-F"), "-c", "fsync=on", "-c", "wal_sync_method=fsync"];
}
