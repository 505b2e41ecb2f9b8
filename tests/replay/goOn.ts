import { noNudges } from "#src/engine/deps.ts";
import { runExecution } from "#src/engine/loop.ts";
import { reduceAll } from "#src/engine/reduce.ts";
import type { ExecutionState } from "#src/engine/state.ts";
import type { ExecutionEvent } from "#src/schemas/executionEvent.ts";
import { engineRig } from "#tests/support/engine/rig.ts";
import { fakeClock } from "#tests/support/fakeClock.ts";
import type { Recording } from "./recording.ts";

/** Goes on from a history's first events as the next worker does, through waits that end by themselves, and gives the last state. */
export async function goOn(recording: Recording, begun: readonly ExecutionEvent[]): Promise<ExecutionState> {
  const clock = fakeClock({ start: begun.at(-1)?.at ?? 0 });
  const { deps, store, execution } = await engineRig(recording.graph, { ...recording, born: false, clock, begun });
  // Somebody had it before: what is open is void, and not the next worker's own.
  await store.claim("left", 1);
  await store.release("left");
  for (;;) {
    const [claimed] = await store.claim("next", 1);
    if (claimed === undefined) throw new Error("Nothing to claim");
    const control = { stop: clock.newAbort().signal, cancel: clock.newAbort().signal, nudges: noNudges };
    const { waiting } = await clock.drive(runExecution(claimed, deps, control));
    if (waiting?.wakeAt === undefined || waiting.wakeAt === null) break;
    await clock.advance(waiting.wakeAt - clock.now());
  }
  return reduceAll(await store.readEvents(execution.workspaceId, execution.id, { afterSeq: 0, limit: 1_000_000 }));
}
