import type { Database } from "#db/client.ts";
import { engineRows } from "#db/engine.ts";
import { onlyOne } from "#db/onlyOne.ts";
import { reclaim } from "#db/reclaim.ts";
import { forgetDays, forgottenAtOnce } from "#db/statements/forgetDays.ts";
import { unparkUnreadable } from "#db/statements/parkUnreadable.ts";
import { renewStatistics } from "#db/statistics.ts";
import type { Clock } from "#src/engine/ports.ts";
import { alphabet } from "#src/engine/upcast.ts";
import type { NewId } from "#src/ids.ts";
import { applyRetention } from "./retention.ts";

/** How often a round is made. The first comes after as long: a start has better things to do. */
const roundMs = 60_000;
const shortestPauseMs = 10;
/** Two thirds of the time the database has to itself. */
export const pauseFactor = 2;
/** After so many removed rows their room is worth a look at the whole tables. */
const reclaimRows = 10_000;

export interface HousekeepingOptions {
  readonly db: Database;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly log: { warn(context: object, message: string): void };
}

export interface Housekeeping {
  /** Lets the statement that runs end. */
  stop(): Promise<void>;
}

/**
 * What has to be done now and then, once for all processes: whichever comes first makes the round. Executions that an older release
 * could not read are for this one to try; what is over the retention rule is removed.
 */
export function startHousekeeping({ db, clock, newId, log }: HousekeepingOptions): Housekeeping {
  const stopping = clock.newAbort();
  let unreclaimed = 0;
  let countedBytes = 0;
  let forgottenOn = "";
  const isStopping = () => stopping.signal.aborted;

  /** Once a day is enough. */
  async function forget(): Promise<void> {
    const today = new Date(clock.now()).toISOString().slice(0, 10);
    if (forgottenOn === today) return;
    for (let gone = forgottenAtOnce; gone >= forgottenAtOnce && !isStopping(); ) {
      gone = (await engineRows<{ gone: number }>(db, forgetDays, []))[0]?.gone ?? 0;
    }
    forgottenOn = today;
  }

  async function round(): Promise<void> {
    await engineRows(db, unparkUnreadable, [alphabet.number]);
    countedBytes = await renewStatistics(db, countedBytes);
    await onlyOne(db, "agentflow housekeeping", async () => {
      await forget();
      unreclaimed += await applyRetention({
        ...{ db, newId, now: clock.now, isStopping },
        pause: (tookMs) => clock.sleep(Math.max(shortestPauseMs, pauseFactor * tookMs), stopping.signal),
      });
    });
    if (unreclaimed < reclaimRows) return;
    unreclaimed = 0;
    await reclaim(db);
  }
  async function rounds(): Promise<void> {
    await engineRows(db, unparkUnreadable, [alphabet.number]).catch(() => {});
    while (!isStopping()) {
      await clock.sleep(roundMs, stopping.signal);
      if (isStopping()) return;
      await round().catch((err: unknown) => log.warn({ err }, "Housekeeping failed; the next round tries again"));
    }
  }
  const running = rounds();
  return {
    async stop() {
      stopping.abort("stopping");
      await running;
    },
  };
}
