import { heapStats } from "bun:jsc";
import { appendFileSync } from "node:fs";

/**
 * Loaded before a server that a soak watches (`bun --preload`): what lives on its heap after a full collection, twice a minute, as
 * lines of JSON in the file that FAULTS_PROBE names. What grows there is held by somebody.
 */
export interface HeapSample {
  readonly atMs: number;
  readonly heapBytes: number;
  readonly objects: number;
  readonly timers: number;
  /** Every listener is one of them. */
  readonly functions: number;
  /** Of the process itself. */
  readonly processListeners: number;
  readonly types: Readonly<Record<string, number>>;
}

const everyMs = 30_000;

function sample(): HeapSample {
  Bun.gc(true);
  const { heapSize, objectCount, objectTypeCounts } = heapStats();
  return {
    atMs: Date.now(),
    heapBytes: heapSize,
    objects: objectCount,
    timers: objectTypeCounts.Timeout ?? 0,
    functions: objectTypeCounts.Function ?? 0,
    processListeners: process.eventNames().reduce((sum, name) => sum + process.listenerCount(name), 0),
    types: objectTypeCounts,
  };
}

const file = process.env.FAULTS_PROBE;
if (file !== undefined) setInterval(() => appendFileSync(file, `${JSON.stringify(sample())}\n`), everyMs).unref();
