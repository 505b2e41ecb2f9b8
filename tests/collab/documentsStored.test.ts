import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { newId } from "#server/adapters/ids.ts";
import { renameNode } from "#src/document/commands/nodes.ts";
import { removeSelection } from "#src/document/commands/selection.ts";
import { freshPostgres } from "../support/database.ts";
import { sampleGraph } from "../unit/document/fixtures.ts";
import { allSaved, makeWorkflow, openEditor, openPlace, type Place, startProcess, synced } from "./rig.ts";

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
const nameOf = (graph: { nodes: readonly { id: string; name: string }[] }, id: string) =>
  graph.nodes.find((node) => node.id === id)?.name;

describe("what is stored", () => {
  test("the journal has no gaps, is compacted while editing, and a snapshot equals the replay", async () => {
    await using process = startProcess(place);
    const id = await makeWorkflow(place, process.documents);
    await using ada = openEditor(process, id);
    await allSaved(ada);
    for (let at = 0; at < 230; at += 1) {
      renameNode(ada.editing, "ask", `Name ${at}`);
      await allSaved(ada);
    }
    const [row] = await place.db.ownerSql`select * from documents where workflow_id = ${id}`;
    const left = await place.db
      .ownerSql`select seq, profile_id from document_updates where workflow_id = ${id} order by seq`;
    expect(Number(row?.snapshot_seq)).toBeGreaterThan(0);
    expect(left.map(({ seq }) => Number(seq) - Number(row?.snapshot_seq))).toEqual(left.map((_, at) => at + 1));
    expect(Number(row?.last_seq)).toBe(Number(row?.snapshot_seq) + left.length);
    expect(left.every(({ profile_id }) => profile_id === place.profileId)).toBe(true);
    const live = ada.graph();
    await using second = startProcess(place);
    expect((await second.documents.readGraph(scope(), id)).graph).toEqual(live);
  }, 30_000);

  test("the last to leave leaves a compacted journal and the workflow's row up to date", async () => {
    await using process = startProcess(place);
    const id = await makeWorkflow(place, process.documents);
    const ada = openEditor(process, id);
    await synced(ada);
    renameNode(ada.editing, "ask", "Last word");
    await allSaved(ada);
    const graph = ada.graph();
    await ada[Symbol.asyncDispose]();
    for (;;) {
      const [row] = await place.db
        .ownerSql`select d.last_seq, d.snapshot_seq, w.workflow_data from documents d join workflows w on w.id = d.workflow_id where d.workflow_id = ${id}`;
      if (Number(row?.last_seq) === Number(row?.snapshot_seq) && Number(row?.last_seq) > 0) {
        expect(row?.workflow_data).toEqual(graph);
        break;
      }
    }
  });

  test("a REST write is one edit in open editors, durable when it answers", async () => {
    await using process = startProcess(place);
    const id = await makeWorkflow(place, process.documents);
    await using ada = openEditor(process, id);
    await allSaved(ada);
    let updates = 0;
    ada.doc.on("update", () => {
      updates += 1;
    });
    const wanted = { ...sampleGraph(), notes: [], edges: [] };
    const before = await process.documents.readGraph(scope(), id);
    const { revision } = await process.documents.replaceGraph(scope(), id, wanted);
    expect(revision).not.toBe(before.revision);
    await ada.until(() => ada.graph().notes.length === 0, "the edit");
    expect(updates).toBe(1);
    expect(ada.graph()).toEqual(wanted);
    await using other = startProcess(place);
    expect((await other.documents.readGraph(scope(), id)).graph).toEqual(wanted);
  });

  test("without an editor a REST write works too, and revisions change with every change and stay without one", async () => {
    await using process = startProcess(place);
    const id = await makeWorkflow(place, process.documents);
    const { documents } = process;
    const first = await documents.readGraph(scope(), id);
    expect(await documents.readGraph(scope(), id)).toEqual(first);
    const seen = new Set([first.revision]);
    for (const name of ["one", "two", "three"]) {
      const graph = structuredClone(sampleGraph());
      await documents.replaceGraph(scope(), id, { ...graph, nodes: graph.nodes.map((node) => ({ ...node, name })) });
      const now = await documents.readGraph(scope(), id);
      expect(nameOf(now.graph, "ask")).toBe(name);
      seen.add(now.revision);
    }
    expect(seen.size).toBe(4);
    expect(documents.replaceGraph(scope(), newId("workflow"), sampleGraph())).rejects.toMatchObject({
      code: "not_found",
    });
  });

  test("two processes on one document merge instead of forking", async () => {
    await using one = startProcess(place);
    await using two = startProcess(place);
    const id = await makeWorkflow(place, one.documents);
    await using ada = openEditor(one, id);
    await using bob = openEditor(two, id, { as: "bob" });
    await Promise.all([allSaved(ada), allSaved(bob)]);
    renameNode(ada.editing, "ask", "Ada's");
    await allSaved(ada);
    renameNode(bob.editing, "in", "Bob's");
    await allSaved(bob);
    expect([nameOf(bob.graph(), "ask"), nameOf(bob.graph(), "in")]).toEqual(["Ada's", "Bob's"]);
    renameNode(ada.editing, "out", "Ada's too");
    await allSaved(ada);
    expect(nameOf(ada.graph(), "in")).toBe("Bob's");
    const rows = await place.db.ownerSql`select seq from document_updates where workflow_id = ${id} order by seq`;
    expect(rows.map(({ seq }) => Number(seq))).toEqual([1, 2, 3]);
  });

  test("coming and going while the document leaves memory loses nothing that was saved", async () => {
    await using process = startProcess(place);
    const id = await makeWorkflow(place, process.documents);
    for (let round = 0; round < 40; round += 1) {
      const editor = openEditor(process, id);
      await synced(editor);
      renameNode(editor.editing, "ask", `Round ${round}`);
      await allSaved(editor);
      await editor[Symbol.asyncDispose]();
      if (round % 3 === 0)
        expect(nameOf((await process.documents.readGraph(scope(), id)).graph, "ask")).toBe(`Round ${round}`);
      if (round % 5 === 0) {
        const { graph } = await process.documents.readGraph(scope(), id);
        await process.documents.replaceGraph(scope(), id, { ...graph, notes: [] });
      }
    }
    await using last = openEditor(process, id);
    await synced(last);
    expect(nameOf(last.graph(), "ask")).toBe("Round 39");
  }, 60_000);
});

describe("on the embedded database", () => {
  test("editing, saving, compacting and reading work alike", async () => {
    const embedded = await openPlace({ folder: null });
    try {
      const first = startProcess(embedded);
      const id = await makeWorkflow(embedded, first.documents);
      const ada = openEditor(first, id);
      await allSaved(ada);
      renameNode(ada.editing, "ask", "Ada's");
      removeSelection(ada.editing, { nodeIds: ["out"] });
      await allSaved(ada);
      const graph = ada.graph();
      await ada[Symbol.asyncDispose]();
      await first[Symbol.asyncDispose]();
      await using second = startProcess(embedded);
      const read = await second.documents.readGraph(embedded, id);
      expect(read.graph).toEqual(graph);
    } finally {
      await embedded.db.close();
    }
  }, 60_000);
});
