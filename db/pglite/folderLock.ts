import { Database as Sqlite } from "bun:sqlite";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { AppError } from "#src/errors.ts";

export interface FolderLock {
  release(): void;
}

/**
 * Claims a data folder for this process. Two processes on one PGlite folder silently lose data. The lock is the operating
 * system's (a SQLite transaction on a side file), so it ends with the process, however it ends.
 */
export function lockFolder(folder: string): FolderLock {
  mkdirSync(folder, { recursive: true });
  const side = new Sqlite(join(folder, "lock.sqlite"));
  try {
    side.run("pragma busy_timeout = 0");
    side.run("begin exclusive");
  } catch (error) {
    side.close();
    throw new AppError(
      "unavailable",
      `The data folder ${folder} is in use by another AgentFlow process. Stop that one, choose another folder, or use PostgreSQL by DATABASE_URL.`,
      { cause: error },
    );
  }
  return { release: () => side.close() };
}
