import { describe, expect, test } from "bun:test";
import { createLocalSlots } from "#server/execution/limits/slotCounter.ts";
import { createSlots } from "#server/execution/limits/slots.ts";
import type { Release } from "#src/engine/deps.ts";
import { AppError } from "#src/errors.ts";
import { joinId, workspaceId } from "#src/ids.ts";
import type { AgentLimit } from "#src/schemas/limits.ts";
import { fakeClock } from "#tests/support/fakeClock.ts";

const workspace = workspaceId.parse(joinId("workspace", "1".padStart(26, "0")));
const limitOf = (concurrency: number | null, perMinute: number | null): AgentLimit => ({
  agent: "llm",
  concurrency,
  perMinute,
});

function rig(limit: AgentLimit | null) {
  const clock = fakeClock();
  const now = { limit };
  const ids = Array.from({ length: 20_000 }, (_, index) => `slot${index}`);
  const slots = createSlots({
    limits: { agentLimit: (_workspace, agent) => (agent === "llm" ? now.limit : null) },
    counter: createLocalSlots(clock.now),
    clock,
    newId: () => ids.pop() ?? "last",
  });
  const words: string[] = [];
  const begun: number[] = [];
  const releases: (Release | null)[] = [];
  const errors: unknown[] = [];
  const ask = (signal = clock.newAbort().signal, agent = "llm") => {
    const number = begun.length + releases.length + words.length;
    const taken = slots.take({ workspaceId: workspace, agent }, { signal, onWait: (why) => words.push(why) });
    const keep = (release: Release | null) => {
      begun.push(number);
      releases.push(release);
    };
    if (taken instanceof Promise) taken.then(keep, (error: unknown) => errors.push(error));
    else keep(taken);
    return taken;
  };
  return { clock, now, ask, words, begun, releases, errors };
}

describe("slots of one kind of agent", () => {
  test("are no matter to other kinds, nor where no limit is set", () => {
    const { ask, words } = rig(limitOf(1, null));
    expect(ask(undefined, "condition")).toBeNull();
    expect(rig(null).ask()).toBeNull();
    expect(words).toEqual([]);
  });

  test("begin at once while there are some, and then in the order they came", async () => {
    const { clock, ask, words, releases } = rig(limitOf(2, null));
    expect(ask()).toBeInstanceOf(Function);
    ask();
    for (let more = 0; more < 3; more += 1) ask();
    await clock.settle();
    expect(releases).toHaveLength(2);
    expect(words).toEqual(Array(3).fill("Waiting for a slot: this workspace allows “llm” 2 at once."));
    releases[0]?.();
    await clock.settle();
    expect(releases).toHaveLength(3);
    releases[1]?.();
    releases[2]?.();
    await clock.settle();
    expect(releases).toHaveLength(5);
  });

  test("are not given twice by who gives one back twice", async () => {
    const { clock, ask, releases } = rig(limitOf(1, null));
    ask();
    ask();
    ask();
    releases[0]?.();
    releases[0]?.();
    await clock.settle();
    expect(releases).toHaveLength(2);
  });

  test("allow so many beginnings in any minute, however they are spread", async () => {
    const { clock, ask, releases } = rig(limitOf(null, 3));
    ask();
    await clock.advance(30_000);
    for (let more = 0; more < 5; more += 1) ask();
    await clock.settle();
    expect(releases).toHaveLength(3);
    await clock.advance(29_999);
    expect(releases).toHaveLength(3);
    await clock.advance(1_001);
    expect(releases).toHaveLength(4);
    await clock.advance(30_000);
    expect(releases).toHaveLength(6);
  });

  test("are waited for no longer than the step itself, and the line moves on", async () => {
    const { clock, ask, releases, errors } = rig(limitOf(1, null));
    ask();
    const abort = clock.newAbort();
    ask(abort.signal);
    ask();
    await clock.settle();
    const reason = new AppError("cancelled", "Enough.");
    abort.abort(reason);
    await clock.settle();
    expect(errors).toEqual([reason]);
    releases[0]?.();
    await clock.settle();
    expect(releases).toHaveLength(2);
  });

  test("are there for all who wait when the limit is taken away", async () => {
    const { clock, now, ask, releases } = rig(limitOf(1, null));
    for (let more = 0; more < 4; more += 1) ask();
    await clock.settle();
    expect(releases).toHaveLength(1);
    now.limit = null;
    await clock.advance(1_001);
    expect(releases).toHaveLength(4);
  });

  test("move a line of ten thousand without asking for all of them each time", async () => {
    const { clock, ask, releases } = rig(limitOf(1, null));
    for (let more = 0; more < 10_000; more += 1) ask();
    for (let done = 0; done < 10_000; done += 1) {
      while (releases.length <= done) await Promise.resolve();
      releases[done]?.();
    }
    expect(releases).toHaveLength(10_000);
    expect(clock.sleeping).toBe(0);
  });
});
