import { freshPostgres } from "#tests/support/database.ts";
import { chain } from "#tests/support/engine/graphs.ts";
import { durableCommits } from "../../measures/engineDurable.ts";
import { lightWork } from "../../support/engine.ts";
import { median } from "../../support/measurement.ts";
import { ownStore } from "../../support/ownStore.ts";
import type { PeerMeasure, Run } from "../support/plan.ts";
import { runProgram } from "../support/program.ts";
import { compared, type Row } from "../support/row.ts";

const steps = 40;
const what = `${steps} light steps in sequence, per step, each durable on PostgreSQL`;
const mostOverCommit = 1.4;
/** How many times ours they may take at the least. */
const wanted = { dbos: 2, langgraph: 3 } as const;

/** Milliseconds per step, and per lone commit of one row, in turns, so that a busy machine hits both alike. */
async function ours({ scale }: Run): Promise<{ step: number; commit: number; ratio: number }> {
  await using own = await ownStore();
  const once = await own.runs(chain(steps), lightWork);
  const commitsOf = await durableCommits(own.db);
  const samples: { step: number; commit: number }[] = [];
  for (let round = -scale.warmUps; round < scale.rounds * 2; round++) {
    const before = await commitsOf(steps);
    const step = (await once()) / steps;
    const commit = (before + (await commitsOf(steps))) / (2 * steps);
    if (round >= 0) samples.push({ step, commit });
  }
  return {
    step: median(samples.map(({ step }) => step)),
    commit: median(samples.map(({ commit }) => commit)),
    ratio: median(samples.map(({ step, commit }) => step / commit)),
  };
}

/** The shape of Windmill's published benchmark. */
export const sequence: PeerMeasure = {
  name: "sequence",
  async run(run) {
    const { step, commit, ratio } = await ours(run);
    const rows: Row[] = [
      {
        ...{
          what,
          against: "one insert in its own commit",
          ours: `${step.toFixed(2)} ms`,
          theirs: `${commit.toFixed(2)} ms`,
        },
        ...{
          ratio: 1 / ratio,
          wanted: `at least ${(1 / mostOverCommit).toFixed(2)} x`,
          holds: ratio <= mostOverCommit,
        },
      },
    ];
    for (const peer of ["dbos", "langgraph"] as const) {
      const measured = run.peer(peer, what, async () => {
        await using database = await freshPostgres();
        const request = {
          kind: "sequence",
          url: database.url,
          steps,
          rounds: run.scale.rounds,
          warmUps: run.scale.warmUps,
        };
        const samples = await runProgram<number[]>({ peer, program: peer, request });
        const theirs = median(samples) / steps;
        return [compared({ what, peer, ours: step, theirs, unit: "ms", atLeast: wanted[peer] })];
      });
      rows.push(...(await measured));
    }
    return rows;
  },
};
