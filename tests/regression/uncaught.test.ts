import { expect, test } from "bun:test";
import { EventEmitter } from "node:events";
import { isConnectionLoss } from "#db/errors.ts";
import { endByWhatNobodyCaught } from "#server/uncaught.ts";

const gone = (code: string) => Object.assign(new Error("Gone"), { code });

function watched() {
  const process = new EventEmitter();
  const told: string[] = [];
  endByWhatNobodyCaught(process, {
    log: { warn: () => told.push("warn"), fatal: () => told.push("fatal") } as never,
    exit: (code) => told.push(`exit ${code}`),
  });
  return { process, told };
}

// A soak at 80 starts a second: the database went away, and a process ended by the failure of a statement that nobody had asked for.
test.each(["ERR_SOCKET_CLOSED", "ECONNRESET", "CONNECTION_CLOSED", "57P01"])(
  "a connection that breaks (%s) under a statement that nobody waits for ends no process",
  (code) => {
    expect(isConnectionLoss(gone(code))).toBe(true);
    const { process, told } = watched();
    process.emit("unhandledRejection", gone(code));
    expect(told).toEqual(["warn"]);
  },
);

test("anything else that nobody caught is told in the log and ends the process", () => {
  const { process, told } = watched();
  process.emit("unhandledRejection", new TypeError("undefined is not a function"));
  process.emit("uncaughtException", gone("ECONNRESET"));
  expect(told).toEqual(["fatal", "exit 1", "fatal", "exit 1"]);
});
