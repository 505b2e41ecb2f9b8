import { expect, test } from "bun:test";
import { expectNone } from "../rig/fault.ts";
import { openRig } from "../rig/rig.ts";
import { echo } from "../rig/workloads.ts";

test("a test build dies at its failpoint, and a production build takes no notice of the same words", async () => {
  await using rig = await openRig();
  const failpoints = "afterCreate:1:kill";
  const production = await rig.start({ env: { AGENTFLOW_FAILPOINTS: failpoints } });
  const workflow = await rig.workflow(production, echo());
  expect(await rig.submit(production, workflow)).not.toBeNull();

  const testBuild = await rig.start({ failpoints });
  expect(await rig.submit(testBuild, workflow)).toBeNull();
  await testBuild.exited;
  await rig.settled();
  const verdict = await rig.verdict();
  expectNone(verdict);
  expect(verdict.executions).toBe(2);
}, 60_000);
