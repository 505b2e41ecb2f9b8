import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import postgres from "postgres";
import * as Y from "yjs";
import { newId } from "#server/adapters/ids.ts";
import { configText } from "#src/document/commands/config.ts";
import { addNode, moveNodes, renameNode } from "#src/document/commands/nodes.ts";
import { removeSelection } from "#src/document/commands/selection.ts";
import { documentMaps } from "#src/document/model.ts";
import { freshPostgres } from "../support/database.ts";
import { sampleGraph } from "../unit/document/fixtures.ts";
import {
  allSaved,
  makeWorkflow,
  openEditor,
  openPlace,
  type Place,
  spawnProcess,
  startProcess,
  synced,
} from "./rig.ts";

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

describe("over a real socket", () => {
  test("two editors see one document, converge, and both hear that it is saved", async () => {
    await using process = startProcess(place);
    const id = await makeWorkflow(place, process.documents);
    await using ada = openEditor(process, id);
    await using bob = openEditor(process, id, { as: "bob" });
    await Promise.all([synced(ada), synced(bob)]);
    expect(ada.graph()).toEqual(sampleGraph());
    renameNode(ada.editing, "ask", "Ada's");
    moveNodes(bob.editing, [{ id: "ask", position: { x: 7, y: 7 } }]);
    configText(ada.editing, "ask", "prompt")?.insert(0, "A");
    configText(bob.editing, "ask", "prompt")?.insert(0, "B");
    await Promise.all([allSaved(ada), allSaved(bob)]);
    await ada.until(() => JSON.stringify(ada.graph()) === JSON.stringify(bob.graph()), "convergence");
    expect(ada.graph().nodes[1]).toMatchObject({ name: "Ada's", position: { x: 7, y: 7 } });
    expect((await process.documents.readGraph(scope(), id)).graph).toEqual(ada.graph());
  });

  test("a deletion is waiting until its commit, and then saved", async () => {
    await using process = startProcess(place);
    const id = await makeWorkflow(place, process.documents);
    await using ada = openEditor(process, id);
    await synced(ada);
    await allSaved(ada);
    removeSelection(ada.editing, { nodeIds: ["ask"] });
    expect(ada.tracker.state().saved).toBe(false);
    await allSaved(ada);
  });

  test("saved is said only after the commit, and edits made meanwhile are saved with the next", async () => {
    await using process = startProcess(place);
    const id = await makeWorkflow(place, process.documents);
    await using ada = openEditor(process, id);
    await using bob = openEditor(process, id, { as: "bob" });
    await Promise.all([allSaved(ada), synced(bob)]);
    const outside = postgres(database.url, { max: 1, onnotice: () => {} });
    const held = Promise.withResolvers<void>();
    const locked = Promise.withResolvers<void>();
    const hold = outside.begin(async (sql) => {
      await sql`lock table document_updates in access exclusive mode`;
      locked.resolve();
      await held.promise;
    });
    await locked.promise;
    const before = ada.heard.length;
    renameNode(ada.editing, "ask", "Held");
    // Bob has it, so the server has it, and the commit is on its way.
    await bob.until(() => nameOf(bob.graph(), "ask") === "Held", "Bob's copy");
    const [waiting] = await waitForLock(database.url);
    expect(waiting).toBe("active");
    expect(ada.heard.length).toBe(before);
    expect(ada.tracker.state()).toEqual({ saved: false, waiting: 1 });
    renameNode(ada.editing, "ask", "Held again");
    held.resolve();
    await hold;
    await allSaved(ada);
    await outside.end();
  });

  test("a server that is killed in the middle of editing loses nothing that was saved, and editors bring back the rest", async () => {
    await using reader = startProcess(place);
    const id = await makeWorkflow(place, reader.documents);
    let server = await spawnProcess(place, database.url);
    await using ada = openEditor(server, id);
    await allSaved(ada);
    for (let round = 0; round < 3; round += 1) {
      const saved = new Set<string>(ada.graph().nodes.map((node) => node.id));
      for (let at = 0; at < 30; at += 1) {
        const node = addNode(ada.editing, { agent: "output", position: { x: at, y: round } });
        if (at < 15) saved.add(node);
        if (at === 14) await allSaved(ada);
      }
      const closes = ada.closes.length;
      await server.kill();
      await ada.until(() => ada.closes.length > closes, "the close");
      const kept = await reader.documents.readGraph(scope(), id);
      const found = new Set<string>(kept.graph.nodes.map((node) => node.id));
      expect([...saved].filter((node) => !found.has(node))).toEqual([]);
      renameNode(ada.editing, "in", `While away ${round}`);
      server = await spawnProcess(place, database.url, server.port);
      await allSaved(ada);
    }
    const { graph } = await reader.documents.readGraph(scope(), id);
    expect(nameOf(graph, "in")).toBe("While away 2");
    expect(graph).toEqual(ada.graph());
    await server.kill();
  }, 60_000);

  test("a database that is away holds nobody up: editors are told, and saved when it is back", async () => {
    await using process = startProcess(place);
    const id = await makeWorkflow(place, process.documents);
    await using ada = openEditor(process, id);
    await allSaved(ada);
    const outside = postgres(database.url, { max: 1, onnotice: () => {} });
    await outside`alter table document_updates rename to document_updates_away`;
    renameNode(ada.editing, "ask", "Kept");
    await ada.until(() => ada.heard.includes("save_failed"), "save_failed");
    expect(ada.tracker.state().saved).toBe(false);
    await outside`alter table document_updates_away rename to document_updates`;
    await allSaved(ada);
    expect(ada.heard.filter((type) => type === "save_failed")).toHaveLength(1);
    await outside.end();
  });
});

/** The state of the backend that waits for the lock, once one does. */
async function waitForLock(url: string): Promise<string[]> {
  const sql = postgres(url, { max: 1, onnotice: () => {} });
  try {
    for (;;) {
      const rows =
        await sql`select state from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`;
      if (rows.length > 0) return rows.map((row) => String(row.state));
    }
  } finally {
    await sql.end();
  }
}

describe("who may", () => {
  test("a viewer sees and cannot write", async () => {
    place.roles.set("vera", "viewer");
    await using process = startProcess(place);
    const id = await makeWorkflow(place, process.documents);
    await using vera = openEditor(process, id, { as: "vera" });
    await using ada = openEditor(process, id);
    await Promise.all([synced(vera), synced(ada)]);
    expect(vera.provider.authorizedScope as string).toBe("readonly");
    renameNode(vera.editing, "ask", "Vera's");
    renameNode(ada.editing, "in", "Ada's");
    await vera.until(() => nameOf(vera.graph(), "in") === "Ada's", "Ada's edit");
    await allSaved(ada);
    expect(nameOf(ada.graph(), "ask")).toBe("Ask");
    expect(vera.tracker.state().saved).toBe(false);
    expect(nameOf((await process.documents.readGraph(scope(), id)).graph, "ask")).toBe("Ask");
  });

  test("another workspace, another document's name, an unknown workflow and a lost membership are refused", async () => {
    place.roles.set("gone", null);
    await using process = startProcess(place);
    const id = await makeWorkflow(place, process.documents);
    const second = await makeWorkflow(place, process.documents);
    await using loaded = openEditor(process, id);
    await synced(loaded);
    await using foreign = openEditor(process, id, { workspace: newId("workspace") });
    await using other = openEditor(process, id, { name: second });
    await using unknown = openEditor(process, newId("workflow"));
    await using gone = openEditor(process, id, { as: "gone" });
    await gone.until(() => gone.failures.length > 0, "refusal");
    expect([gone.failures[0], gone.graph().nodes]).toEqual(["permission-denied", []]);
    for (const editor of [foreign, other, unknown]) {
      await editor.until(() => editor.failures.length > 0, "refusal");
      expect(editor.failures[0]).toBe("not-found");
      expect(editor.graph().nodes).toEqual([]);
    }
    expect(process.documents.readGraph({ workspaceId: newId("workspace") }, id)).rejects.toMatchObject({
      code: "not_found",
    });
  });

  test("a role that changes closes the socket, and the next connection has the new role", async () => {
    await using process = startProcess(place);
    const id = await makeWorkflow(place, process.documents);
    place.roles.set("carl", "editor");
    await using carl = openEditor(process, id, { as: "carl" });
    await using ada = openEditor(process, id);
    await Promise.all([synced(carl), synced(ada)]);
    place.roles.set("carl", "viewer");
    process.documents.closeFor({ sessionHash: "carl" });
    renameNode(carl.editing, "ask", "Too late");
    await carl.until(() => carl.closes.includes(4401), "the close");
    await carl.until(() => (carl.provider.authorizedScope as string) === "readonly", "the new role");
    renameNode(ada.editing, "in", "Ada's");
    await allSaved(ada);
    expect(nameOf((await process.documents.readGraph(scope(), id)).graph, "ask")).toBe("Ask");
    expect(ada.closes).toEqual([]);
  });

  test("presence goes to others with the name the server knows, and is not kept", async () => {
    await using process = startProcess(place);
    const id = await makeWorkflow(place, process.documents);
    await using ada = openEditor(process, id);
    await using bob = openEditor(process, id, { as: "bob" });
    await Promise.all([synced(ada), synced(bob)]);
    ada.provider.awareness?.setLocalState({
      cursor: { x: 1, y: 2 },
      person: { id: "x", name: "Mallory" },
      html: "<img src=x>",
    });
    const seen = () => bob.provider.awareness?.getStates().get(ada.doc.clientID);
    await bob.until(() => seen()?.cursor !== undefined, "the cursor");
    expect(seen()).toEqual({ cursor: { x: 1, y: 2 }, person: { id: place.profileId, name: "ada" } });
    ada.provider.awareness?.setLocalState({ cursor: "x".repeat(100_000) });
    ada.provider.awareness?.setLocalState({ cursor: { x: 3, y: 4 } });
    await bob.until(() => seen()?.cursor?.x === 3, "the next cursor");
  });
});

describe("bounds", () => {
  test("an update that is too large is refused in words; nobody else gets it and the process goes on", async () => {
    await using process = startProcess(place);
    const id = await makeWorkflow(place, process.documents);
    await using ada = openEditor(process, id);
    await using bob = openEditor(process, id, { as: "bob" });
    await Promise.all([allSaved(ada), allSaved(bob)]);
    documentMaps(bob.doc).meta.set("huge", "x".repeat(5_000_000));
    await bob.until(() => bob.heard.includes("refused") && bob.closes.includes(4413), "the refusal");
    await bob[Symbol.asyncDispose]();
    renameNode(ada.editing, "ask", "Still here");
    await allSaved(ada);
    expect(documentMaps(ada.doc).meta.get("huge")).toBeUndefined();
  });

  test("hostile values inside the limits are kept out of the graph and out of the workflow's row", async () => {
    await using process = startProcess(place);
    const id = await makeWorkflow(place, process.documents);
    await using ada = openEditor(process, id);
    await synced(ada);
    const { nodes } = documentMaps(ada.doc);
    ada.doc.transact(() => {
      (nodes.get("ask") as Y.Map<unknown>).set("name", `${"x".repeat(1_000_000)}`);
      (nodes.get("in") as Y.Map<unknown>).set("name", "zero\u0000and half \ud800");
      (nodes.get("out") as Y.Map<unknown>).set("position", { x: Number.NaN });
      nodes.set("__proto__", new Y.Map([["agent", "llm"]]));
    });
    await allSaved(ada);
    await ada[Symbol.asyncDispose]();
    await process.documents.close(2_000);
    const [row] = await place.db.ownerSql`select workflow_data from workflows where id = ${id}`;
    expect(row?.workflow_data).toEqual((await process.documents.readGraph(scope(), id)).graph);
  });

  test("a socket that sends what is no message is closed, and the next one works", async () => {
    await using process = startProcess(place);
    const id = await makeWorkflow(place, process.documents);
    for (const bad of [
      "text",
      new Uint8Array(0),
      new Uint8Array([255, 255, 255]),
      new Uint8Array([1, 65, 6, 0]),
      new Uint8Array(9_000_000),
    ]) {
      const socket = new WebSocket(`ws://127.0.0.1:${process.port}/ws/${id}`);
      const closed = Promise.withResolvers<number>();
      socket.onclose = ({ code }) => closed.resolve(code);
      socket.onopen = () => socket.send(bad);
      expect([1002, 1003, 1009, 4401]).toContain(await closed.promise);
    }
    await using ada = openEditor(process, id);
    await synced(ada);
    expect(ada.graph()).toEqual(sampleGraph());
  });
});
