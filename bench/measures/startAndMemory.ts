import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freshPostgres } from "#tests/support/database.ts";
import { signUpOwner } from "#tests/support/restClient.ts";
import { startServer } from "#tests/support/serverProcess.ts";
import { atMost, type Measure } from "../support/measurement.ts";

/** Resident memory in MB, from the kernel's own count (Linux). */
const residentMb = (pid: number): number =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]) / 1024;
const settleMs = 5_000;

/** First and second start to a healthy answer, and what an idle server holds in memory. */
export const startAndMemory: Measure = {
  name: "startAndMemory",
  needs: ["postgres"],
  async run() {
    const folder = mkdtempSync(join(tmpdir(), "agentflow-bench-"));
    const results = [];
    {
      await using first = await startServer({ folder });
      await signUpOwner(first.url);
      results.push(atMost("First start with an empty folder, to a healthy answer", first.startMs, 10_000, "ms"));
    }
    {
      await using second = await startServer({ folder, command: ["npm", "start"] });
      results.push(atMost("Second `npm start`, to a healthy answer", second.startMs, 2_000, "ms"));
    }
    {
      await using idle = await startServer({ folder });
      await Bun.sleep(settleMs);
      results.push(atMost("Idle memory with the embedded database", residentMb(idle.pid), 550, "MB"));
    }
    rmSync(folder, { recursive: true, force: true });
    await using database = await freshPostgres();
    await using server = await startServer({ env: { DATABASE_URL: database.url } });
    await Bun.sleep(settleMs);
    results.push(atMost("Idle memory with DATABASE_URL", residentMb(server.pid), 200, "MB"));
    return results;
  },
};
