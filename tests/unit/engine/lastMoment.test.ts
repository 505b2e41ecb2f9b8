import { expect, test } from "bun:test";
import { answerSlackMs } from "#src/engine/plan.ts";
import { sketch } from "#tests/support/engine/graphs.ts";
import { engineRig, someone } from "#tests/support/engine/rig.ts";

/** Short, so that the loop keeps its lease and nobody tells it of an answer. */
const inMs = 1_000;
const asking = () => engineRig(sketch({ ask: { agent: "ask", config: { inMs } } }));
const give = (rig: Awaited<ReturnType<typeof asking>>) =>
  rig.store.giveAnswer(rig.execution.workspaceId, rig.execution.id, {
    stepKey: "ask",
    attempt: 1,
    value: "yes",
    by: someone,
  });
const resumedOf = async (rig: Awaited<ReturnType<typeof asking>>) =>
  (await rig.events()).find(({ body }) => body.type === "step_resumed");

test("an answer that was taken in the last millisecond counts, though nobody told the loop of it", async () => {
  const rig = await asking();
  const { end } = await rig.begin();
  await rig.clock.advance(inMs - 1);
  expect(await give(rig)).toBe("accepted");
  await rig.clock.drive(end);
  expect((await resumedOf(rig))?.body).toMatchObject({ answer: { kind: "given", value: "yes" } });
});

test("from its deadline on a wait takes no answer, and it is over soon after, never before", async () => {
  const rig = await asking();
  const begun = rig.clock.now();
  const { end } = await rig.begin();
  await rig.clock.advance(inMs);
  expect(await resumedOf(rig)).toBeUndefined();
  expect(await give(rig)).toBe("late");
  await rig.clock.drive(end);
  const resumed = await resumedOf(rig);
  expect(resumed?.body).toMatchObject({ answer: { kind: "due" } });
  expect((resumed?.at ?? 0) - begun).toBe(inMs + answerSlackMs);
});
