import { describe, expect, test } from "bun:test";
import * as Y from "yjs";
import { catalogue } from "#src/agents/registry.ts";
import { configText } from "#src/document/commands/config.ts";
import { connect } from "#src/document/commands/connect.ts";
import { addNode, moveNodes, renameNode } from "#src/document/commands/nodes.ts";
import { removeSelection } from "#src/document/commands/selection.ts";
import { edit } from "#src/document/editing.ts";
import { createDocument } from "#src/document/fromGraph.ts";
import { createUndo } from "#src/document/undo.ts";
import { copyOf, graphOf, nodeNamed, personAt, sampleGraph, syncAll } from "./fixtures.ts";

function twoPeople() {
  const doc = createDocument(sampleGraph(), catalogue);
  const other = copyOf(doc);
  const [ada, bob] = [personAt(doc, "ada"), personAt(other, "bob")];
  return { doc, other, ada, bob, undo: createUndo(ada), sync: () => syncAll(doc, other) };
}

describe("undo", () => {
  test("takes back one's own edits only, whatever others did in between", () => {
    const { doc, other, ada, bob, undo, sync } = twoPeople();
    renameNode(ada, "ask", "Ada's");
    sync();
    renameNode(bob, "in", "Bob's");
    moveNodes(bob, [{ id: "ask", position: { x: 9, y: 9 } }]);
    sync();
    undo.undo();
    sync();
    expect(nodeNamed(doc, "ask")).toMatchObject({ name: "Ask", position: { x: 9, y: 9 } });
    expect(nodeNamed(doc, "in").name).toBe("Bob's");
    expect(undo.undoLabel()).toBeNull();
    expect(graphOf(doc)).toEqual(graphOf(other));
  });

  test("does not overwrite what another wrote over one's own value", () => {
    const { doc, ada, bob, undo, sync } = twoPeople();
    renameNode(ada, "ask", "Ada's");
    sync();
    renameNode(bob, "ask", "Bob's");
    sync();
    undo.undo();
    expect(nodeNamed(doc, "ask").name).toBe("Bob's");
  });

  test("all the way back and forth again leaves the document as it was", () => {
    const { doc, ada, undo } = twoPeople();
    const id = addNode(ada, { agent: "llm", position: { x: 1, y: 1 } });
    connect(ada, { source: "in", sourcePort: "value", target: id, targetPort: "context" });
    removeSelection(ada, { nodeIds: ["ask"], reconnect: true });
    doc.transact(() => configText(ada, id, "prompt")?.insert(0, "hello"), ada.origin);
    const done = graphOf(doc);
    while (undo.undoLabel() !== null) undo.undo();
    expect(graphOf(doc)).toEqual(sampleGraph());
    while (undo.redoLabel() !== null) undo.redo();
    expect(graphOf(doc)).toEqual(done);
  });

  test("a step made of several commands has its own name, not that of the last of them", () => {
    const { ada, undo } = twoPeople();
    edit(ada, { label: "insert" }, () => {
      const id = addNode(ada, { agent: "llm", position: { x: 1, y: 1 } });
      connect(ada, { source: "in", sourcePort: "value", target: id, targetPort: "context" });
    });
    expect(undo.undoLabel()).toBe("insert");
    undo.undo();
    expect(undo.undoLabel()).toBeNull();
  });

  test("each command is a step with a name; a drag is one step; typing is one step", () => {
    const { ada, doc, undo } = twoPeople();
    renameNode(ada, "ask", "One");
    renameNode(ada, "ask", "Two");
    for (let x = 0; x < 5; x += 1) moveNodes(ada, [{ id: "ask", position: { x, y: 0 } }]);
    const text = configText(ada, "ask", "prompt");
    for (const letter of "abc") doc.transact(() => text?.insert(0, letter), ada.origin);
    const steps: (string | null)[] = [];
    for (let name = undo.undoLabel(); name !== null; name = undo.undoLabel()) {
      steps.push(name);
      undo.undo();
      expect(undo.redoLabel()).toBe(name);
    }
    expect(steps).toEqual(["typing", "move", "rename", "rename"]);
    expect(graphOf(doc)).toEqual(sampleGraph());
  });

  test("the end of a group starts a new step", () => {
    const { ada, doc, undo } = twoPeople();
    moveNodes(ada, [{ id: "ask", position: { x: 1, y: 0 } }]);
    undo.endGroup();
    moveNodes(ada, [{ id: "ask", position: { x: 2, y: 0 } }]);
    undo.undo();
    expect(nodeNamed(doc, "ask").position.x).toBe(1);
  });

  test("a node that undo brings back has its letters, and edges that others drew to it meanwhile", () => {
    const { doc, other, ada, bob, undo, sync } = twoPeople();
    removeSelection(ada, { nodeIds: ["ask"] });
    connect(bob, { source: "ask", sourcePort: "variables", target: "out", targetPort: "value" });
    sync();
    undo.undo();
    sync();
    expect(nodeNamed(doc, "ask").config).toEqual(sampleGraph().nodes[1]?.config ?? {});
    expect(graphOf(doc).edges).toHaveLength(3);
    expect(graphOf(doc)).toEqual(graphOf(other));
  });

  test("opening a text field is nothing to undo", () => {
    const { ada, undo } = twoPeople();
    expect(configText(ada, "ask", "system")).toBeInstanceOf(Y.Text);
    expect(undo.undoLabel()).toBeNull();
  });
});
