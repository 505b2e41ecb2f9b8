import { test } from "bun:test";
import { expectNone, type Fault } from "./fault.ts";
import { seeded } from "./random.ts";

/** Most of a fault is waiting for leases to run out: some go side by side, as many as two cores carry. */
const sideBySide = 3;
/** The same on every run of the gate; FAULTS_SEED tries another one. */
const seed = Number(process.env.FAULTS_SEED ?? 1);

/** One test for each fault, as small as it shows anything. */
export function tryShort(faults: readonly Fault[]): void {
  let room = sideBySide;
  const waiting: (() => void)[] = [];
  const enter = async () => {
    if (room === 0) await new Promise<void>((resolve) => waiting.push(resolve));
    else room -= 1;
  };
  const leave = () => {
    const next = waiting.shift();
    if (next === undefined) room += 1;
    else next();
  };
  for (const fault of faults) {
    test.concurrent(`${fault.id}: ${fault.title}`, async () => {
      await enter();
      try {
        expectNone(await fault.run({ random: seeded(seed), isShort: true, minutes: 0 }));
      } finally {
        leave();
      }
    }, 600_000);
  }
}
