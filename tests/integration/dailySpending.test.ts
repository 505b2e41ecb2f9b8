import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { createDatabaseStore } from "#server/execution/store.ts";
import type { Lease } from "#src/engine/ports.ts";
import { reduceAll } from "#src/engine/reduce.ts";
import type { WorkspaceId } from "#src/ids.ts";
import type { ExecutionEvent, ExecutionEventBody, StepKey } from "#src/schemas/executionEvent.ts";
import {
  asOwner,
  databaseKinds,
  newExecutionOf,
  newWorkspace,
  type TestDatabase,
  testDatabase,
} from "#tests/support/databases.ts";
import { chain } from "#tests/support/engine/graphs.ts";
import { trigger } from "#tests/support/engine/rig.ts";

const stepKey = "n0" as StepKey;
const started: ExecutionEventBody = { type: "step_started", stepKey, attempt: 1, inputs: {} };
const used = (inputTokens: number, dollars?: number): ExecutionEventBody => ({
  type: "step_succeeded",
  stepKey,
  attempt: 1,
  outputs: {},
  usage: { model: "m", inputTokens, outputTokens: 1, ...(dollars === undefined ? {} : { dollars }) },
});

for (const kind of databaseKinds) {
  describe(`what a workspace uses in a day, on ${kind}`, () => {
    let under: TestDatabase;
    beforeAll(async () => {
      under = await testDatabase(kind, 4);
    }, 60_000);
    afterAll(() => under[Symbol.asyncDispose]());

    async function begin(workspaceId: WorkspaceId) {
      const store = createDatabaseStore(under.db);
      const opening: ExecutionEvent[] = [
        { type: "execution_created", input: null, trigger } as const,
        { type: "execution_started" } as const,
        started,
      ].map((body, index) => ({ seq: index + 1, at: 1, body }));
      const lease = await store.create(await newExecutionOf(under.db, chain(2), workspaceId), opening, "worker");
      if (lease === null) throw new Error("No lease");
      return {
        lease,
        append(bodies: readonly ExecutionEventBody[], as: Lease = lease) {
          const events = bodies.map((body, index) => ({ seq: opening.length + index + 1, at: 2, body }));
          return store.append(as, events, reduceAll([...opening, ...events]));
        },
      };
    }
    const sumsIn = async (select: string) => {
      const rows = await asOwner<{ tokens: string; dollars: number }>(under.db, select);
      return rows.map((row) => [Number(row.tokens), Number(row.dollars.toFixed(6))]);
    };
    const spent = async (workspaceId: WorkspaceId) => {
      const of = `where workspace_id = '${workspaceId}'`;
      const all = await sumsIn(`select tokens::text, dollars from daily_spending ${of}`);
      // What its workflows have used is the same, one by one.
      const byWorkflow = `select sum(tokens)::text as tokens, sum(dollars) as dollars from workflow_spending ${of} group by day`;
      expect(await sumsIn(byWorkflow)).toEqual(all);
      return all;
    };

    test("is nothing while no model was called", async () => {
      const workspaceId = await newWorkspace(under.db);
      const { append } = await begin(workspaceId);
      await append([
        { type: "step_succeeded", stepKey, attempt: 1, outputs: {} },
        { type: "step_started", stepKey: "n1" as StepKey, attempt: 1, inputs: {} },
      ]);
      expect(await spent(workspaceId)).toEqual([]);
    });

    test("grows with each call, with and without a price, alone and in company", async () => {
      const [one, other] = [await newWorkspace(under.db), await newWorkspace(under.db)];
      const executions = await Promise.all([...Array(20).keys()].map((index) => begin(index % 4 === 0 ? other : one)));
      await executions[0]?.append([used(99, 0.5)]);
      expect(await spent(other)).toEqual([[100, 0.5]]);
      await Promise.all(
        executions.slice(1).map(({ append }, index) => append([used(9, index % 2 === 0 ? 0.25 : undefined)])),
      );
      // 15 of one, the other's four more; every second of the nineteen had a price.
      const [[tokensOfOne = 0, dollarsOfOne = 0] = []] = await spent(one);
      const [[tokensOfOther = 0, dollarsOfOther = 0] = []] = await spent(other);
      expect([tokensOfOne, tokensOfOther]).toEqual([150, 140]);
      expect(dollarsOfOne + dollarsOfOther).toBeCloseTo(0.5 + 10 * 0.25, 6);
    });

    test("has nothing of a worker that lost its lease", async () => {
      const workspaceId = await newWorkspace(under.db);
      const { append, lease } = await begin(workspaceId);
      const late = await append([used(9, 1)], { ...lease, epoch: lease.epoch + 1 }).catch((error: unknown) => error);
      expect(late).toMatchObject({ code: "lease_lost" });
      expect(await spent(workspaceId)).toEqual([]);
    });
  });
}
