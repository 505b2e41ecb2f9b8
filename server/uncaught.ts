import type { EventEmitter } from "node:events";
import type { Logger } from "pino";
import { isConnectionLoss } from "#db/errors.ts";
import { isLostWrite } from "#db/lostWrite.ts";

interface LastResort {
  readonly log: Pick<Logger, "warn" | "fatal">;
  readonly exit: (code: number) => void;
}

/**
 * What nobody caught is told in the log and ends the process, but for what postgres.js 3.4 leaves behind when a connection closes: a write
 * that comes too late, and the failure of what it asks each new connection for itself (the types of arrays) in a promise that
 * nobody has. Whoever needs the connection hears of its end all the same. Told not to ask (`fetch_types`), it never hands over a connection
 * that was opened to be reserved.
 */
export function endByWhatNobodyCaught(process: EventEmitter, { log, exit }: LastResort): void {
  const hear = (isHarmless: (error: unknown) => boolean) => (error: unknown) => {
    if (isHarmless(error))
      return log.warn({ err: error }, "a connection to the database closed while it was written to");
    log.fatal({ err: error }, "nobody caught this");
    exit(1);
  };
  process.on("uncaughtException", hear(isLostWrite));
  process.on(
    "unhandledRejection",
    hear((error) => isLostWrite(error) || isConnectionLoss(error)),
  );
}
