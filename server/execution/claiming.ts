import type { ClaimedExecution, Clock } from "#src/engine/ports.ts";
import type { RunnerLog } from "./pool.ts";

/** Without any hint, everybody looks for work so often. */
const claimMs = 1_000;

export interface ClaimingOptions {
  readonly clock: Clock;
  readonly log: RunnerLog;
  /** How many more may run here. */
  readonly room: () => number;
  readonly claim: (limit: number) => Promise<ClaimedExecution[]>;
  readonly launch: (claimed: ClaimedExecution) => void;
  /** Done once, before the first claim. */
  readonly before: () => Promise<void>;
}

export interface Claiming {
  /** Something may wait: looks at once instead of at the next second, or as soon as there is room. */
  look(): void;
  /** There is room again: looks if more waited than there was room for. */
  lookIfBehind(): void;
  /** Whether executions wait for room: then a new one has to wait too, or it would pass them. */
  isBehind(): boolean;
  /** After it, nothing more is claimed. */
  stop(): Promise<void>;
}

/** Looks for executions that nobody runs: each second, on a hint, and when room appears while some wait. */
export function startClaiming({ clock, log, room, claim, launch, before }: ClaimingOptions): Claiming {
  const stopping = clock.newAbort();
  let pause = clock.newAbort();
  let lookAgain = false;
  let someWait = false;

  /** Until nothing more is found or there is no room. */
  async function claimAll(): Promise<void> {
    for (;;) {
      lookAgain = false;
      const limit = room();
      const claimed = await claim(limit);
      for (const execution of claimed) launch(execution);
      // What is claimed without room are cancels: they say nothing about who waits.
      if (limit > 0) someWait = claimed.length > 0;
      if (claimed.length === 0 || room() <= 0 || stopping.signal.aborted) return;
    }
  }
  async function loop(): Promise<void> {
    await before().catch((err: unknown) => log.warn({ err }, "The leases of the past process were not freed"));
    while (!stopping.signal.aborted) {
      await claimAll().catch((err: unknown) => log.warn({ err }, "Nothing could be claimed; it will be tried again"));
      if (stopping.signal.aborted) return;
      pause = clock.newAbort();
      if (!lookAgain) await clock.sleep(claimMs, pause.signal);
    }
  }
  const looping = loop();
  const look = () => {
    if (room() <= 0) {
      someWait = true;
      return;
    }
    lookAgain = true;
    pause.abort("look");
  };

  return {
    look,
    lookIfBehind: () => {
      if (someWait) look();
    },
    isBehind: () => someWait,
    async stop() {
      stopping.abort("stopping");
      pause.abort("stopping");
      await looping;
    },
  };
}
