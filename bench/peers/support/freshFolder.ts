import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const open = new Set<string>();
const remove = (folder: string) => rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
process.once("exit", () => open.forEach(remove));

/** An empty folder, removed when disposed and when this process is told to stop. */
export function freshFolder(): { readonly path: string } & Disposable {
  const path = mkdtempSync(join(tmpdir(), "agentflow-peer-"));
  open.add(path);
  return {
    path,
    [Symbol.dispose]() {
      remove(path);
      open.delete(path);
    },
  };
}
