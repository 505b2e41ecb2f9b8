import { existsSync, readdirSync, readFileSync } from "node:fs";
import type { RunningServer } from "#tests/support/serverProcess.ts";
import type { HeapSample } from "./probe.ts";

/** What a process holds, as the operating system sees it. */
export interface Sample {
  readonly atMs: number;
  readonly rssKiB: number;
  readonly files: number;
  readonly threads: number;
}

/** A process that a soak looks at from outside, and from inside where it has a probe. */
export interface Watched {
  readonly name: string;
  readonly server: RunningServer;
  /** The probe's file. */
  readonly probe: string | null;
  readonly samples: Sample[];
}

/** A number of a process's status: VmRSS and VmHWM, its peak, in KiB; Threads. */
export function statusOf(pid: number, name: "VmRSS" | "VmHWM" | "Threads"): number {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  return Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)?.[1] ?? 0);
}

/** Throws with its last words when it is gone. */
export async function look({ name, server: { pid, said }, samples }: Watched): Promise<void> {
  if (!existsSync(`/proc/${pid}/fd`)) throw new Error(`${name} ended by itself: ${(await said).slice(-2_000)}`);
  const files = readdirSync(`/proc/${pid}/fd`).length;
  samples.push({ atMs: Date.now(), rssKiB: statusOf(pid, "VmRSS"), files, threads: statusOf(pid, "Threads") });
}

export function heapOf({ probe }: Watched): HeapSample[] {
  if (probe === null || !existsSync(probe)) return [];
  const lines = readFileSync(probe, "utf8").split("\n");
  return lines.filter((line) => line.endsWith("}")).map((line) => JSON.parse(line) as HeapSample);
}
