import type { PeerName } from "./peers.ts";
import { peers } from "./peers.ts";

/** One comparison of one run. */
export interface Row {
  /** What was done, the same for everybody. */
  readonly what: string;
  /** Whom we are compared with. */
  readonly against: string;
  readonly ours: string;
  readonly theirs: string;
  /** How many times as fast as theirs we are; under 1 we lose. Null where there is nothing to divide. */
  readonly ratio: number | null;
  /** What we want, in words; empty when nothing was promised. */
  readonly wanted: string;
  /** Null when nothing was promised, or nothing could be measured. */
  readonly holds: boolean | null;
}

interface Compared {
  readonly what: string;
  readonly peer: PeerName;
  readonly ours: number;
  readonly theirs: number;
  readonly unit: "/s" | "ms";
  /** The least ratio we want. */
  readonly atLeast?: number;
  /** Said behind the peer's figure. */
  readonly note?: string;
}

const figure = (value: number, unit: "/s" | "ms") => {
  const digits = value < 10 ? 2 : value < 100 ? 1 : 0;
  return `${value.toFixed(digits)}${unit === "ms" ? " ms" : "/s"}`;
};

/** A row of two figures of the same thing. */
export function compared({ what, peer, ours, theirs, unit, atLeast, note }: Compared): Row {
  const ratio = unit === "ms" ? theirs / ours : ours / theirs;
  return {
    what,
    against: peers[peer].label,
    ours: figure(ours, unit),
    theirs: `${figure(theirs, unit)}${note === undefined ? "" : ` (${note})`}`,
    ratio,
    wanted: atLeast === undefined ? "" : `at least ${atLeast.toFixed(atLeast < 1 ? 2 : 0)} x`,
    holds: atLeast === undefined ? null : ratio >= atLeast,
  };
}

interface OwnLimit {
  readonly what: string;
  readonly against: string;
  readonly ours: number;
  readonly unit: "/s" | "ms";
  readonly limit: number;
}

/** A row of ours against a limit that was set: at least so many a second, or at most so many milliseconds. */
export function limited({ what, against, ours, unit, limit }: OwnLimit): Row {
  const ratio = unit === "ms" ? limit / ours : ours / limit;
  return {
    what,
    against,
    ours: figure(ours, unit),
    theirs: figure(limit, unit),
    ratio,
    wanted: unit === "ms" ? "at most that" : "at least that",
    holds: ratio >= 1,
  };
}

/** What a peer that could not be installed, started or measured leaves in the table. */
export function absent(what: string, peer: PeerName, error: unknown): Row {
  const reason = (error instanceof Error ? error.message : String(error)).replaceAll(/[\s|]+/g, " ").slice(0, 160);
  const nothing = { ours: "", ratio: null, wanted: "", holds: null } as const;
  return { what, against: peers[peer].label, theirs: `not measured: ${reason}`, ...nothing };
}

export const isAbsent = ({ theirs }: Row): boolean => theirs.startsWith("not measured:");
export { figure };
