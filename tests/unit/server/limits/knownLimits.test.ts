import { describe, expect, test } from "bun:test";
import { nextDay } from "#server/execution/limits/day.ts";
import { createKnownLimits, freshMs } from "#server/execution/limits/knownLimits.ts";
import type { StoredLimits } from "#server/execution/limits/limitStore.ts";
import { AppError } from "#src/errors.ts";
import { joinId, type WorkflowId, workflowId, workspaceId } from "#src/ids.ts";
import { fakeClock } from "#tests/support/fakeClock.ts";

const workspace = workspaceId.parse(joinId("workspace", "1".padStart(26, "0")));
const workflow = workflowId.parse(joinId("workflow", "1".padStart(26, "0")));
const of = { workspaceId: workspace, workflowId: workflow };
const noon = Date.parse("2026-11-22T12:00:00Z");
const used = (tokens: number, dollars = 0) => ({ steps: 1, tokens, dollars });

function rig(first: Partial<StoredLimits> = {}) {
  const clock = fakeClock({ start: noon });
  const stored: { limits: StoredLimits; isAway: boolean } = {
    limits: {
      agents: new Map(),
      daily: { tokens: null, dollars: null },
      used: { tokens: 0, dollars: 0 },
      workflows: new Map(),
      day: "2026-11-22",
      ...first,
    },
    isAway: false,
  };
  const seen = { reads: 0, woken: [] as number[], wokenOf: [] as (WorkflowId | null)[] };
  const limits = createKnownLimits({
    clock,
    log: { warn: () => {}, error: () => {} },
    store: {
      async read() {
        seen.reads += 1;
        if (stored.isAway) throw new AppError("unavailable", "Away.");
        return stored.limits;
      },
      async wake({ workflowId: id, renewsAt }) {
        seen.woken.push(renewsAt);
        seen.wokenOf.push(id);
      },
    },
  });
  return { clock, stored, seen, limits };
}

describe("what a process knows of a workspace's limits", () => {
  test("is read once for all who ask at the same moment, and again when it is old", async () => {
    const { limits, seen, clock } = rig();
    await Promise.all([limits.spendingOf(of), limits.spendingOf(of), limits.agentLimit(workspace, "llm")]);
    expect(seen.reads).toBe(1);
    expect(limits.agentLimit(workspace, "llm")).toBeNull();
    await clock.advance(freshMs);
    limits.agentLimit(workspace, "llm");
    await clock.settle();
    expect(seen.reads).toBe(2);
  });

  test("counts what its own executions use at once, each of them only what is new", async () => {
    const { limits } = rig({ daily: { tokens: 100, dollars: null }, used: { tokens: 40, dollars: 0 } });
    const one = await limits.spendingOf(of);
    const other = await limits.spendingOf(of);
    // What an execution had used before it was taken over is in the day already.
    expect(one.heldBy(used(30))).toBeNull();
    expect(other.heldBy(used(0))).toBeNull();
    expect(one.heldBy(used(60))).toBeNull();
    expect(other.heldBy(used(29))).toBeNull();
    expect(other.heldBy(used(30))).toBe("day_budget");
    expect(one.heldBy(used(60))).toBe("day_budget");
  });

  test("holds steps up by dollars, too", async () => {
    const { limits } = rig({ daily: { tokens: null, dollars: 1 }, used: { tokens: 9e9, dollars: 0.5 } });
    const spending = await limits.spendingOf(of);
    expect(spending.heldBy(used(0, 0))).toBeNull();
    expect(spending.heldBy(used(0, 0.5))).toBe("day_budget");
  });

  test("starts anew with the day, by UTC", async () => {
    const { limits, clock, stored } = rig({ daily: { tokens: 10, dollars: null }, used: { tokens: 10, dollars: 0 } });
    const spending = await limits.spendingOf(of);
    expect(spending.heldBy(used(0))).toBe("day_budget");
    expect(spending.renewsAt()).toBe(Date.parse("2026-11-23T00:00:00Z"));
    stored.limits = { ...stored.limits, used: { tokens: 0, dollars: 0 }, day: "2026-11-23" };
    await clock.advance(12 * 3_600_000);
    expect(spending.heldBy(used(0))).toBeNull();
  });

  test("wakes who was told to wait on old knowledge, and nobody otherwise", async () => {
    const { limits, clock, stored, seen } = rig({
      daily: { tokens: 10, dollars: null },
      used: { tokens: 10, dollars: 0 },
    });
    const spending = await limits.spendingOf(of);
    expect(spending.heldBy(used(0))).toBe("day_budget");
    await clock.advance(freshMs);
    expect(seen.woken).toEqual([]);
    expect(spending.heldBy(used(0))).toBe("day_budget");
    stored.limits = { ...stored.limits, daily: { tokens: 50, dollars: null } };
    await clock.advance(freshMs);
    expect(seen.woken).toEqual([nextDay(noon)]);
    expect(spending.heldBy(used(0))).toBeNull();
  });

  test("wakes who was told to wait while newer limits were on their way, and once more a little later", async () => {
    const daily = { tokens: 10, dollars: null };
    const { limits, clock, stored, seen } = rig({ daily, used: { tokens: 10, dollars: 0 } });
    const spending = await limits.spendingOf(of);
    stored.limits = { ...stored.limits, daily: { tokens: 50, dollars: null } };
    await clock.advance(freshMs);
    // This question starts the reading, and is answered with what was known.
    expect(spending.heldBy(used(0))).toBe("day_budget");
    await clock.settle();
    expect(spending.heldBy(used(0))).toBeNull();
    expect(seen.woken).toEqual([nextDay(noon)]);
    await clock.advance(freshMs);
    expect(seen.woken).toEqual([nextDay(noon), nextDay(noon)]);
  });

  test("is asked for again with the next question when it was changed here", async () => {
    const { limits, stored, clock } = rig();
    await limits.spendingOf(of);
    stored.limits = { ...stored.limits, agents: new Map([["llm", { agent: "llm", concurrency: 1, perMinute: null }]]) };
    expect(limits.agentLimit(workspace, "llm")).toBeNull();
    limits.forget(workspace);
    expect(await limits.agentLimit(workspace, "llm")).toMatchObject({ concurrency: 1 });
    await clock.settle();
    expect(limits.agentLimit(workspace, "llm")).toMatchObject({ concurrency: 1 });
  });

  test("stays what it was while the database is away, and is no limit where nothing was known", async () => {
    const { limits, stored, clock } = rig({ daily: { tokens: 10, dollars: null }, used: { tokens: 10, dollars: 0 } });
    const spending = await limits.spendingOf(of);
    stored.isAway = true;
    await clock.advance(freshMs);
    expect(spending.heldBy(used(0))).toBe("day_budget");
    await clock.settle();
    expect(spending.heldBy(used(0))).toBe("day_budget");
    const blind = rig();
    blind.stored.isAway = true;
    expect((await blind.limits.spendingOf(of)).heldBy(used(9e9))).toBeNull();
  });

  test("holds one workflow up by its own budget, and no other", async () => {
    const other = workflowId.parse(joinId("workflow", "2".padStart(26, "0")));
    const own = (tokens: number) => ({ daily: { tokens, dollars: null }, used: { tokens: 4, dollars: 0 } });
    const { limits, clock, stored, seen } = rig({ workflows: new Map([[workflow, own(10)]]) });
    const spending = await limits.spendingOf(of);
    const unlimited = await limits.spendingOf({ ...of, workflowId: other });
    expect(unlimited.heldBy(used(0))).toBeNull();
    expect(unlimited.heldBy(used(50))).toBeNull();
    expect(spending.heldBy(used(0))).toBeNull();
    expect(spending.heldBy(used(6))).toBe("workflow_day_budget");
    expect(unlimited.heldBy(used(50))).toBeNull();
    await clock.advance(freshMs);
    expect(seen.woken).toEqual([]);
    expect(spending.heldBy(used(6))).toBe("workflow_day_budget");
    stored.limits = { ...stored.limits, workflows: new Map([[workflow, own(100)]]) };
    await clock.advance(freshMs);
    expect(seen.wokenOf).toEqual([workflow]);
    expect(spending.heldBy(used(6))).toBeNull();
  });

  test("lets a workflow go on whose own budget was taken away, but not past the workspace's", async () => {
    const own = { daily: { tokens: 1, dollars: null }, used: { tokens: 1, dollars: 0 } };
    const { limits, clock, stored, seen } = rig({ workflows: new Map([[workflow, own]]) });
    const spending = await limits.spendingOf(of);
    expect(spending.heldBy(used(0))).toBe("workflow_day_budget");
    stored.limits = {
      ...stored.limits,
      workflows: new Map(),
      daily: { tokens: 5, dollars: null },
      used: { tokens: 5, dollars: 0 },
    };
    await clock.advance(freshMs);
    expect(seen.wokenOf).toEqual([workflow]);
    expect(spending.heldBy(used(0))).toBe("day_budget");
  });
});
