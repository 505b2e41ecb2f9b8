import type { Execute } from "#src/agents/agent.ts";
import { freshPostgres } from "#tests/support/database.ts";
import { sketch } from "#tests/support/engine/graphs.ts";
import { median } from "../../support/measurement.ts";
import { ownStore } from "../../support/ownStore.ts";
import { requestOf } from "../support/load.ts";
import type { PeerName } from "../support/peers.ts";
import type { PeerMeasure, Run } from "../support/plan.ts";
import { runProgram } from "../support/program.ts";
import { compared, limited, type Row } from "../support/row.ts";

export const branchShape = { count: 100, ms: 100 } as const;
const what = `${branchShape.count} parallel branches of ${branchShape.ms} ms and a join`;
const limitMs = 130;

const graph = sketch(
  Object.fromEntries([
    ...Array.from({ length: branchShape.count }, (_, index) => [`b${index}`, "work"]),
    ["join", "work"],
  ]),
  Array.from({ length: branchShape.count }, (_, index) => `b${index} -> join`),
);
const work: Execute = async (_config, _inputs, { stepKey }) => {
  if (stepKey !== "join") await Bun.sleep(branchShape.ms);
  return { outputs: { out: 1 } };
};

/** Ours, every step durable on PostgreSQL: the median of some rounds, in milliseconds. */
export async function ownBranches({ scale }: Run): Promise<number> {
  await using own = await ownStore();
  const once = await own.runs(graph, work);
  const samples: number[] = [];
  for (let round = -1; round < scale.rounds; round++) {
    const ms = await once();
    if (round >= 0) samples.push(ms);
  }
  return median(samples);
}

/** A peer's, asked over HTTP and answered after the join. */
export async function branchesOverHttp(request: { peer: PeerName; url: string; ours: number }): Promise<Row> {
  const { peer, url, ours } = request;
  const samples: number[] = [];
  // One that takes seconds is asked once.
  for (let round = 0; round < 3 && (samples[0] ?? 0) < 2_000; round++) {
    const begun = performance.now();
    await requestOf(url, {})();
    samples.push(performance.now() - begun);
  }
  return compared({ what, peer, ours, theirs: median(samples), unit: "ms" });
}

/** Against the limit, and against LangGraph; n8n and Node-RED are asked where they are running anyway (`http`). */
export const branches: PeerMeasure = {
  name: "branches",
  async run(run) {
    const ours = await ownBranches(run);
    const langgraph = await run.peer("langgraph", what, async () => {
      await using database = await freshPostgres();
      const request = {
        kind: "branches",
        url: database.url,
        branches: branchShape.count,
        ms: branchShape.ms,
        rounds: 3,
        warmUps: 1,
      };
      const samples = await runProgram<number[]>({ peer: "langgraph", program: "langgraph", request });
      return [compared({ what, peer: "langgraph", ours, theirs: median(samples), unit: "ms" })];
    });
    return [limited({ what, against: "the limit", ours, unit: "ms", limit: limitMs }), ...langgraph];
  },
};
