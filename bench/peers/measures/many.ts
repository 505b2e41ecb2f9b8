import { freshPostgres } from "#tests/support/database.ts";
import { rateOfMany } from "../../support/manyAtOnce.ts";
import type { PeerMeasure } from "../support/plan.ts";
import { runProgram } from "../support/program.ts";
import { compared, limited } from "../support/row.ts";

const steps = 10;
const limitPerSecond = 2_500;
const wanted = { dbos: 25, langgraph: 40, bullmq: 2 } as const;

/** What the group commit is for. */
export const many: PeerMeasure = {
  name: "many",
  async run(run) {
    const { executions } = run.scale;
    const what = `${executions.toLocaleString("en")} executions of ${steps} steps at once`;
    const rate = await rateOfMany({ executions, steps, rounds: Math.min(run.scale.rounds, 5) });
    const rows = [limited({ what, against: "the limit", ours: rate, unit: "/s", limit: limitPerSecond })];
    for (const peer of ["dbos", "langgraph"] as const) {
      const measured = run.peer(peer, what, async () => {
        await using database = await freshPostgres();
        const request = { kind: "many", url: database.url, steps, executions };
        const theirs = await runProgram<number>({ peer, program: peer, request });
        return [compared({ what, peer, ours: rate, theirs, unit: "/s", atLeast: wanted[peer] })];
      });
      rows.push(...(await measured));
    }
    const bullmq = run.peer("bullmq", what, async () => {
      const url = process.env.TEST_REDIS_URL;
      if (!url) throw new Error("there is no Redis");
      const request = { url, steps, executions, concurrency: executions };
      const theirs = await runProgram<number>({ peer: "bullmq", program: "bullmq", request });
      return [compared({ what, peer: "bullmq", ours: rate, theirs, unit: "/s", atLeast: wanted.bullmq })];
    });
    return [...rows, ...(await bullmq)];
  },
};
