import { type OwnServer, ownServer } from "../support/agentflow.ts";
import { load, requestOf } from "../support/load.ts";
import { type N8n, startN8n } from "../support/n8n.ts";
import { type HttpPeer, startNodeRed } from "../support/nodeRed.ts";
import type { PeerName } from "../support/peers.ts";
import type { PeerMeasure, Run } from "../support/plan.ts";
import { compared, limited, type Row } from "../support/row.ts";
import { branchesOverHttp, branchShape, ownBranches } from "./branches.ts";
import { crashOfN8n, slowSeconds } from "./recovery.ts";

const warmUp = { connections: 10, seconds: 1 };
const what = (connections: number) => `One-step workflow over HTTP, ${connections} at once, until it has ended`;
/** At the most connections that are measured. */
const wanted: Partial<Record<PeerName, number>> = { n8n: 100, n8nPostgres: 100, nodeRed: 1 / 3 };

async function rateOf(own: OwnServer, { connections, seconds }: { connections: number; seconds: number }) {
  const begun = performance.now();
  const { count, perSecond } = await load({ connections, seconds, request: requestOf(own.url, own.init) });
  await own.ended();
  return { accepted: perSecond, ended: count / ((performance.now() - begun) / 1_000) };
}

/** Ours at each number of connections: executions that have ended, per second. */
async function ours(run: Run): Promise<{ rates: Map<number, number>; rows: Row[] }> {
  await using own = await ownServer("postgres");
  await rateOf(own, warmUp);
  const rates = new Map<number, number>();
  const rows: Row[] = [];
  for (const connections of run.scale.connections) {
    const { accepted, ended } = await rateOf(own, { connections, seconds: run.scale.httpSeconds });
    rates.set(connections, ended);
    if (connections === 50)
      rows.push(
        limited({
          what: "One-step workflow over HTTP, 50 at once, durable on PostgreSQL before the answer",
          against: "the limit",
          ...{ ours: accepted, unit: "/s", limit: 2_500 },
        }),
      );
  }
  return { rates, rows };
}

async function compare(run: Run, { name, url, rates }: { name: PeerName; url: string; rates: Map<number, number> }) {
  const request = requestOf(url, {});
  await load({ ...warmUp, request });
  const rows: Row[] = [];
  const most = Math.max(...run.scale.connections);
  for (const connections of run.scale.connections) {
    const { perSecond } = await load({ connections, seconds: run.scale.httpSeconds, request });
    const atLeast = connections === most ? wanted[name] : undefined;
    rows.push(
      compared({
        ...{ what: what(connections), peer: name, ours: rates.get(connections) ?? Number.NaN, theirs: perSecond },
        ...{ unit: "/s", ...(atLeast === undefined ? {} : { atLeast }) },
      }),
    );
  }
  return rows;
}

/**
 * Executions are saved on both sides, except by Node-RED, which saves nothing. What is asked of n8n over HTTP (starts, branches, a
 * crash) is asked in one go, because each of its starts takes longer than all of it.
 */
export const httpStart: PeerMeasure = {
  name: "http",
  async run(run) {
    const { rates, rows } = await ours(run);
    const branchesMs = await ownBranches(run);
    const all: Row[] = [...rows];
    for (const on of ["n8n", "n8nPostgres"] as const) {
      all.push(
        ...(await run.peer(on, what(Math.max(...run.scale.connections)), async () => {
          await using n8n: N8n = await startN8n({ on, branches: branchShape, slowSeconds });
          const measured = await compare(run, { name: on, url: n8n.oneStepUrl, rates });
          measured.push(await branchesOverHttp({ peer: on, url: n8n.branchesUrl, ours: branchesMs }));
          measured.push(await crashOfN8n(n8n, on));
          return measured;
        })),
      );
    }
    all.push(
      ...(await run.peer("nodeRed", what(Math.max(...run.scale.connections)), async () => {
        await using nodeRed: HttpPeer = await startNodeRed(branchShape);
        const measured = await compare(run, { name: "nodeRed", url: nodeRed.oneStepUrl, rates });
        measured.push(await branchesOverHttp({ peer: "nodeRed", url: nodeRed.branchesUrl, ours: branchesMs }));
        return measured;
      })),
    );
    return all;
  },
};

/** The embedded database: no service beside the one process. */
export const embedded: PeerMeasure = {
  name: "embedded",
  async run(run) {
    await using own = await ownServer("embedded");
    await rateOf(own, warmUp);
    const { accepted } = await rateOf(own, { connections: 50, seconds: run.scale.httpSeconds });
    return [
      limited({
        what: "One-step workflow over HTTP, 50 at once, durable in the embedded database before the answer",
        against: "the limit",
        ...{ ours: accepted, unit: "/s", limit: 1_000 },
      }),
    ];
  },
};
