import { afterAll } from "bun:test";
import type { WorkspaceId } from "#src/ids.ts";
import { type DatabaseKind, databaseKinds, newWorkspace, type TestDatabase, testDatabase } from "./databases.ts";

export interface EachDatabase extends TestDatabase {
  readonly kind: DatabaseKind;
  /** A workspace with nothing in it. */
  readonly workspaceId: WorkspaceId;
}

/** A new database of each kind, for the tests of the file that asks; gone after them. */
export async function eachDatabase(): Promise<readonly EachDatabase[]> {
  return Promise.all(
    databaseKinds.map(async (kind) => {
      const opened = await testDatabase(kind);
      afterAll(() => opened[Symbol.asyncDispose]());
      return { ...opened, kind, workspaceId: await newWorkspace(opened.db) };
    }),
  );
}
