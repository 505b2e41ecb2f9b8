import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import * as Y from "yjs";
import { setWorkflowDeleted } from "#db/queries/workflows.ts";
import { withTenant } from "#db/tenant.ts";
import { addNode, moveNodes, renameNode } from "#src/document/commands/nodes.ts";
import { createBusNetwork, faithful, mute, unreliable } from "../support/busNetwork.ts";
import { freshPostgres } from "../support/database.ts";
import { createRandom } from "./clients.ts";
import { allSaved, type Editor, makeWorkflow, openEditor, openPlace, type Place, startProcess } from "./rig.ts";

let database: Awaited<ReturnType<typeof freshPostgres>>;
let place: Place;
beforeAll(async () => {
  database = await freshPostgres();
  place = await openPlace({ url: database.url });
}, 30_000);
afterAll(async () => {
  await place.db.close();
  await database[Symbol.asyncDispose]();
});
const scope = () => ({ workspaceId: place.workspaceId, profileId: place.profileId });
const nameOf = (editor: Editor, id: string) => editor.graph().nodes.find((node) => node.id === id)?.name;
const personsAt = (editor: Editor): unknown[] =>
  [...(editor.provider.awareness?.getStates().values() ?? [])].map(({ person }) => person?.name);

describe("one document in two processes", () => {
  for (const [how, fate] of [
    ["a hint of the other process", faithful],
    ["the journal alone, when no message comes through", mute],
  ] as const)
    test(`an edit of one is seen in the other by ${how}`, async () => {
      const bus = createBusNetwork(fate);
      await using one = startProcess(place, 0, bus());
      await using two = startProcess(place, 0, bus());
      const id = await makeWorkflow(place, one.documents);
      await using ada = openEditor(one, id);
      await using bob = openEditor(two, id, { as: "bob" });
      await Promise.all([allSaved(ada), allSaved(bob)]);
      renameNode(ada.editing, "ask", "Ada's");
      await bob.until(() => nameOf(bob, "ask") === "Ada's", "Ada's edit at Bob's process");
      renameNode(bob.editing, "in", "Bob's");
      await ada.until(() => nameOf(ada, "in") === "Bob's", "Bob's edit at Ada's process");
    });

  test("many edits on both sides end in one state, whatever is lost, doubled or overtaken between them", async () => {
    const bus = createBusNetwork(unreliable(7));
    await using one = startProcess(place, 0, bus());
    await using two = startProcess(place, 0, bus());
    const id = await makeWorkflow(place, one.documents);
    await using ada = openEditor(one, id);
    await using bob = openEditor(two, id, { as: "bob" });
    await Promise.all([allSaved(ada), allSaved(bob)]);
    const random = createRandom(7);
    for (let round = 0; round < 60; round += 1) {
      const { editing } = random.one([ada, bob]) ?? ada;
      if (random.next() < 0.3) addNode(editing, { agent: "output", position: { x: round, y: 0 }, name: `N ${round}` });
      else if (random.next() < 0.5) renameNode(editing, "ask", `Round ${round}`);
      else moveNodes(editing, [{ id: "in", position: { x: random.below(900), y: random.below(900) } }]);
      if (round % 7 === 0) await Promise.all([allSaved(ada), allSaved(bob)]);
    }
    await Promise.all([allSaved(ada), allSaved(bob)]);
    const state = ({ doc }: Editor) => Buffer.from(Y.encodeStateVector(doc)).toString("base64");
    await ada.until(() => state(ada) === state(bob), "one state");
    expect(ada.graph()).toEqual(bob.graph());
    const { graph } = await one.documents.readGraph(scope(), id);
    expect(graph).toEqual(ada.graph());
    expect((await two.documents.readGraph(scope(), id)).graph).toEqual(graph);
  });

  test("who is in one process sees who is in the other, and that they leave", async () => {
    const bus = createBusNetwork(faithful);
    await using one = startProcess(place, 0, bus());
    await using two = startProcess(place, 0, bus());
    const id = await makeWorkflow(place, one.documents);
    await using ada = openEditor(one, id);
    await allSaved(ada);
    ada.provider.setAwarenessField("cursor", { x: 1, y: 2 });
    // Bob comes later: he is told who is there.
    const bob = openEditor(two, id, { as: "bob" });
    await allSaved(bob);
    await bob.until(() => personsAt(bob).includes("ada"), "Ada at Bob's");
    bob.provider.setAwarenessField("cursor", { x: 7, y: 9 });
    await ada.until(
      () => [...(ada.provider.awareness?.getStates().values() ?? [])].some(({ cursor }) => cursor?.x === 7),
      "Bob's cursor at Ada's",
    );
    expect(personsAt(ada)).toContain("bob");
    await bob[Symbol.asyncDispose]();
    await ada.until(() => !personsAt(ada).includes("bob"), "Bob gone at Ada's");
  });

  test("a run that goes to another process gets what is saved here, even with the document open there", async () => {
    const bus = createBusNetwork(mute);
    await using one = startProcess(place, 0, bus());
    await using two = startProcess(place, 0, bus());
    const id = await makeWorkflow(place, one.documents);
    await using ada = openEditor(one, id);
    await using bob = openEditor(two, id, { as: "bob" });
    await Promise.all([allSaved(ada), allSaved(bob)]);
    renameNode(ada.editing, "ask", "Now");
    await allSaved(ada);
    const { graph } = await two.documents.readGraph(scope(), id);
    expect(graph.nodes.find((node) => node.id === "ask")?.name).toBe("Now");
  });

  test("a workflow that is deleted in one process closes its editors in the other", async () => {
    const bus = createBusNetwork(mute);
    await using one = startProcess(place, 0, bus());
    await using two = startProcess(place, 0, bus());
    const id = await makeWorkflow(place, one.documents);
    await using bob = openEditor(two, id, { as: "bob" });
    await allSaved(bob);
    await withTenant(place.db, scope(), (tx) =>
      setWorkflowDeleted(tx, { workspaceId: place.workspaceId, id }, new Date()),
    );
    await bob.until(() => bob.closes.length > 0, "the socket's end");
  });
});
