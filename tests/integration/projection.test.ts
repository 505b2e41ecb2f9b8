import { afterAll, beforeAll, expect, test } from "bun:test";
import { eq } from "drizzle-orm";
import { findExecution } from "#db/queries/executions.ts";
import { workflowExecutions } from "#db/schema/index.ts";
import { withTenant } from "#db/tenant.ts";
import { createDatabaseStore } from "#server/execution/store.ts";
import { reduceAll } from "#src/engine/reduce.ts";
import { stepList } from "#src/engine/stepList.ts";
import type { WorkspaceId } from "#src/ids.ts";
import type { ExecutionEvent, ExecutionEventBody, StepKey } from "#src/schemas/executionEvent.ts";
import { newExecutionOf, newWorkspace, type TestDatabase, testDatabase } from "#tests/support/databases.ts";
import { chain } from "#tests/support/engine/graphs.ts";
import { someone, trigger } from "#tests/support/engine/rig.ts";

let under: TestDatabase;
let workspaceId: WorkspaceId;
beforeAll(async () => {
  under = await testDatabase("postgres");
  workspaceId = await newWorkspace(under.db);
});
afterAll(() => under[Symbol.asyncDispose]());

const usage = { model: "m", inputTokens: 3, outputTokens: 5 };
const error = { code: "model_unavailable", message: "Away", retryable: true } as const;
const [one, two, three] = ["a", "b", "c"] as StepKey[] as [StepKey, StepKey, StepKey];
const opening: ExecutionEventBody[] = [
  { type: "execution_created", input: { n: [1, null] }, trigger },
  { type: "execution_started" },
  { type: "step_started", stepKey: one, attempt: 1, inputs: { in: 1 } },
];
const histories: Record<string, ExecutionEventBody[]> = {
  "a retry that succeeds, a skip, a null output": [
    ...opening,
    { type: "step_streamed", stepKey: one, attempt: 1, channel: "text", offset: 0, text: "hi" },
    { type: "step_attempt_failed", stepKey: one, attempt: 1, error, retryAt: 5, usage },
    { type: "step_started", stepKey: one, attempt: 2, inputs: { in: 1 } },
    { type: "step_succeeded", stepKey: one, attempt: 2, outputs: { out: null }, usage },
    { type: "step_skipped", stepKey: two, reason: "no_live_input" },
    { type: "execution_succeeded", output: null },
  ],
  "steps that follow each other, one at its second attempt": [
    ...opening,
    { type: "step_streamed", stepKey: one, attempt: 1, channel: "log", offset: 0, text: "hi" },
    { type: "step_succeeded", stepKey: one, attempt: 1, outputs: { out: "x" } },
    { type: "step_started", stepKey: two, attempt: 1, inputs: { in: "x" } },
    { type: "step_attempt_failed", stepKey: two, attempt: 1, error, retryAt: 5, usage },
    { type: "step_started", stepKey: two, attempt: 2, inputs: { in: "x" } },
    { type: "step_succeeded", stepKey: two, attempt: 2, outputs: { out: [1] } },
    { type: "step_started", stepKey: three, attempt: 1, inputs: {} },
    { type: "step_cancelled", stepKey: three, usage },
    { type: "cancel_requested", by: someone },
    { type: "execution_cancelled" },
  ],
  "a failure after a recovery, its neighbour cancelled": [
    ...opening,
    { type: "execution_recovered", recoveries: 1 },
    { type: "step_started", stepKey: one, attempt: 2, inputs: { in: 1 } },
    { type: "step_started", stepKey: three, attempt: 1, inputs: {} },
    { type: "step_failed", stepKey: one, attempt: 2, error, usage },
    { type: "step_cancelled", stepKey: three },
    { type: "execution_failed", error: { ...error, stepKey: one } },
  ],
  "a cancel": [
    ...opening,
    { type: "step_attempt_failed", stepKey: one, attempt: 1, error, retryAt: 5 },
    { type: "cancel_requested", by: someone },
    { type: "step_cancelled", stepKey: one },
    { type: "execution_cancelled" },
  ],
};

const milliseconds = (time: Date | null | undefined): number | null => time?.getTime() ?? null;

for (const [name, bodies] of Object.entries(histories))
  for (const size of [1, 2, 3, 100])
    test(`rows equal the reduced state: ${name}, in commits of ${size}`, async () => {
      const { db } = under;
      const events: ExecutionEvent[] = bodies.map((body, index) => ({
        seq: index + 1,
        at: 1_800_000_000_000 + index,
        body,
      }));
      const store = createDatabaseStore(db);
      const execution = await newExecutionOf(db, chain(1), workspaceId);
      // Nothing is born having used a model.
      const first = Math.min(size, 2);
      const lease = await store.create(execution, events.slice(0, first), "worker");
      if (lease === null) throw new Error("No lease");
      for (let at = first; at < events.length; at += size) {
        const soFar = await withTenant(db, execution, (tx) => findExecution(tx, execution));
        expect(soFar?.steps).toEqual(stepList(reduceAll(events.slice(0, at))));
        await store.append(lease, events.slice(at, at + size), reduceAll(events.slice(0, at + size)));
      }

      const state = reduceAll(events);
      const [row] = await withTenant(db, execution, (tx) =>
        tx.select().from(workflowExecutions).where(eq(workflowExecutions.id, execution.id)),
      );
      expect({ ...row, startedAt: milliseconds(row?.startedAt), endedAt: milliseconds(row?.endedAt) }).toMatchObject({
        status: state.status,
        inputData: state.input,
        outputData: state.output,
        error: state.error,
        recoveries: state.recoveries,
        lastSeq: state.lastSeq,
        startedAt: state.startedAt,
        endedAt: state.endedAt,
        leaseOwner: null,
        inputTokens: Object.values(state.steps).reduce((sum, step) => sum + (step.usage?.inputTokens ?? 0), 0),
        outputTokens: Object.values(state.steps).reduce((sum, step) => sum + (step.usage?.outputTokens ?? 0), 0),
      });
      const detail = await withTenant(db, execution, (tx) => findExecution(tx, execution));
      expect(detail?.steps).toEqual(stepList(state));
    });
