import type { Logger } from "pino";
import type { BossConnection } from "#db/bossConnection.ts";

export interface TickerOptions {
  readonly connection: BossConnection;
  readonly isEmbedded: boolean;
  /** Whether there is anything to tick for. */
  readonly isNeeded: () => Promise<boolean>;
  /** Once a minute, in one of the processes; and once when this process begins. */
  readonly tick: () => Promise<unknown>;
  readonly log: Pick<Logger, "warn">;
}

export interface Ticker {
  /** A schedule was made: looks at once whether the ticking is needed. */
  wake(): void;
  stop(): Promise<void>;
}

/** How often a process without schedules looks whether there are any now (made by another process whose word was lost). */
const lookMs = 30_000;
const queue = "schedules";
const everyMinute = "* * * * *";

/** pg-boss, loaded and set up only where it is needed: it makes a schema of its own and asks the database every second. */
async function openBoss({ connection, isEmbedded, tick, log }: TickerOptions) {
  const { PgBoss } = await import("pg-boss");
  const boss = new PgBoss({
    db: connection as never,
    ...(isEmbedded ? { backend: "pglite" as const } : {}),
    // A minute's tick is sent within a second of its minute, and taken within another two.
    cronMonitorIntervalSeconds: 1,
    cronWorkerIntervalSeconds: 1,
    registerInstance: false,
    monitorVacuum: false,
    reindex: false,
    openTelemetry: { enabled: false },
  });
  boss.on("error", (err: unknown) => log.warn({ err }, "The queue of schedules failed; it will be tried again"));
  await boss.start();
  // A tick that failed is made up for by the next: what is due stays due.
  await boss.createQueue(queue, { retryLimit: 0, expireInSeconds: 55, deleteAfterSeconds: 3_600 });
  await boss.schedule(queue, everyMinute, null, { tz: "UTC" });
  await boss.work(queue, { pollingIntervalSeconds: 1 }, async () => {
    await tick();
  });
  return boss;
}

/** Ticks once a minute in one of all processes, from the moment there is a schedule. */
export function startTicker(options: TickerOptions): Ticker {
  const { isNeeded, tick, log } = options;
  let boss: Awaited<ReturnType<typeof openBoss>> | null = null;
  let looking: Promise<void> | null = null;
  let isStopped = false;

  async function look(): Promise<void> {
    if (boss !== null || isStopped || !(await isNeeded())) return;
    boss = await openBoss(options);
    // What became due while nobody was there.
    await tick();
  }
  const wake = () => {
    looking ??= look()
      .catch((err: unknown) => log.warn({ err }, "Schedules are not running yet; it will be tried again"))
      .finally(() => {
        looking = null;
      });
  };
  const timer = setInterval(wake, lookMs);
  timer.unref();
  wake();

  return {
    wake,
    async stop() {
      isStopped = true;
      clearInterval(timer);
      await looking;
      await boss?.stop({ graceful: true, timeout: 1_000 });
    },
  };
}
