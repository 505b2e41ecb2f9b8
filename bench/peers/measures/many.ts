import { freshPostgres } from "#tests/support/database.ts";
import { rateOfMany } from "../../support/manyAtOnce.ts";
import { median } from "../../support/measurement.ts";
import type { PeerMeasure } from "../support/plan.ts";
import { runProgram } from "../support/program.ts";
import { compared, limited, type Row } from "../support/row.ts";

const steps = 10;
const limitPerSecond = 2_500;
const wanted = { dbos: 25, langgraph: 40, bullmq: 2 } as const;

/** What the group commit is for. Ours run before and after each peer: a machine that grows faster or slower hits both alike. */
export const many: PeerMeasure = {
  name: "many",
  async run(run) {
    const { executions } = run.scale;
    const what = `${executions.toLocaleString("en")} executions of ${steps} steps at once`;
    const rateOfOurs = () => rateOfMany({ executions, steps, rounds: Math.min(run.scale.rounds, 5) });
    // Two seconds of ours are short beside the peers' ten: what the compiler has not seen yet is not counted.
    await rateOfOurs();
    const rates = [await rateOfOurs()];
    const rows: Row[] = [];
    const against = async (peer: keyof typeof wanted, rateOfTheirs: () => Promise<number>) => {
      const measured = run.peer(peer, what, async () => {
        const theirs = await rateOfTheirs();
        const before = rates.at(-1) ?? 0;
        const after = await rateOfOurs();
        rates.push(after);
        return [compared({ what, peer, ours: (before + after) / 2, theirs, unit: "/s", atLeast: wanted[peer] })];
      });
      rows.push(...(await measured));
    };
    for (const peer of ["dbos", "langgraph"] as const)
      await against(peer, async () => {
        await using database = await freshPostgres();
        const request = { kind: "many", url: database.url, steps, executions };
        // Awaited here: the database is gone when this returns.
        return await runProgram<number>({ peer, program: peer, request });
      });
    await against("bullmq", () => {
      const url = process.env.TEST_REDIS_URL;
      if (!url) throw new Error("there is no Redis");
      const request = { url, steps, executions, concurrency: executions };
      return runProgram<number>({ peer: "bullmq", program: "bullmq", request });
    });
    return [limited({ what, against: "the limit", ours: median(rates), unit: "/s", limit: limitPerSecond }), ...rows];
  },
};
