import { type PeerName, peers } from "./peers.ts";
import { killAll } from "./processes.ts";
import { absent, type Row } from "./row.ts";

/** A peer that hangs is ended, and the rest goes on. */
const longestMs = 3 * 60_000;

/** How much of everything: the full table, or just enough to see that it works. */
export interface Scale {
  readonly httpSeconds: number;
  readonly connections: readonly number[];
  readonly rounds: number;
  /** Rounds of 40 steps in sequence before those that count, for each: a program that has just begun is slower than a server. */
  readonly warmUps: number;
  /** Executions at once. */
  readonly executions: number;
  /** Executions that one or two worker processes go through. */
  readonly workerExecutions: number;
}

export const fullScale: Scale = {
  httpSeconds: 5,
  connections: [1, 10, 50],
  rounds: 15,
  warmUps: 20,
  executions: 1_000,
  workerExecutions: 2_000,
};
export const quickScale: Scale = {
  httpSeconds: 1,
  connections: [1, 10],
  rounds: 3,
  warmUps: 1,
  executions: 50,
  workerExecutions: 500,
};

/** What a measure may ask of this run. */
export interface Run {
  readonly scale: Scale;
  readonly has: (peer: PeerName) => boolean;
  /** Measures a peer; one that cannot be installed, started or measured leaves a row that says so. */
  readonly peer: (peer: PeerName, what: string, measure: () => Promise<readonly Row[]>) => Promise<readonly Row[]>;
}

export interface PeerMeasure {
  readonly name: string;
  run(run: Run): Promise<readonly Row[]>;
}

export function createRun(scale: Scale, chosen: ReadonlySet<PeerName>): Run {
  return {
    scale,
    has: (peer) => chosen.has(peer),
    async peer(peer, what, measure) {
      if (!chosen.has(peer)) return [];
      console.log(`... ${peers[peer].label}: ${what}`);
      const late = setTimeout(killAll, longestMs);
      try {
        return await measure();
      } catch (error) {
        return [absent(what, peer, error)];
      } finally {
        clearTimeout(late);
      }
    },
  };
}
