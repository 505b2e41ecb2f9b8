import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/**
 * Where a fresh, empty database is kept: initdb takes 4 s, unpacking its result 0.4 s. Beside the installed packages, because it
 * belongs to one version of PGlite and goes with it.
 */
const packageFolder = join(dirname(fileURLToPath(import.meta.resolve("@electric-sql/pglite"))), "..");
const { version } = JSON.parse(readFileSync(join(packageFolder, "package.json"), "utf8")) as { version: string };
const file = join(packageFolder, `../../.cache/agentflow/pglite-${version}.tar.gz`);

export function readTemplate(): Uint8Array | null {
  try {
    return readFileSync(file);
  } catch {
    return null;
  }
}

/** Best effort: where the packages are read-only, each new folder runs initdb. */
export function keepTemplate(template: Uint8Array): void {
  try {
    mkdirSync(dirname(file), { recursive: true });
    const partial = `${file}.${process.pid}`;
    writeFileSync(partial, template);
    renameSync(partial, file);
  } catch {
    // Nothing is lost but time.
  }
}
