import { describe, expect, test } from "bun:test";
import * as Y from "yjs";
import { readDocumentMessage } from "#src/document/messages.ts";
import { createSaveTracker, type Saved } from "#src/document/saved.ts";
import { copyOf } from "./fixtures.ts";

/** What a server that has committed exactly `updates` says. */
function savedBy(server: Y.Doc): Saved {
  const { ds } = Y.snapshot(server);
  return { stateVector: Y.encodeStateVector(server), deletions: Y.encodeSnapshot(Y.createSnapshot(ds, new Map())) };
}

function editor() {
  const doc = new Y.Doc();
  doc.getText("t").insert(0, "hello");
  const server = copyOf(doc);
  return { doc, server, text: doc.getText("t"), tracker: createSaveTracker(doc) };
}
const send = (from: Y.Doc, to: Y.Doc) => Y.applyUpdate(to, Y.encodeStateAsUpdate(from, Y.encodeStateVector(to)));

describe("the save tracker", () => {
  test("counts own edits until the server's state has them", () => {
    const { doc, server, text, tracker } = editor();
    expect(tracker.state()).toEqual({ saved: true, waiting: 0 });
    text.insert(0, "a");
    tracker.confirm(savedBy(server));
    expect(tracker.state()).toEqual({ saved: false, waiting: 1 });
    send(doc, server);
    text.insert(0, "b");
    tracker.confirm(savedBy(server));
    expect(tracker.state()).toEqual({ saved: false, waiting: 1 });
    send(doc, server);
    tracker.confirm(savedBy(server));
    expect(tracker.state()).toEqual({ saved: true, waiting: 0 });
  });

  test("a deletion is not saved before the server has deleted, though no clock moves", () => {
    const { doc, server, text, tracker } = editor();
    text.delete(1, 3);
    tracker.confirm(savedBy(server));
    expect(tracker.state()).toEqual({ saved: false, waiting: 1 });
    send(doc, server);
    tracker.confirm(savedBy(server));
    expect(tracker.state().saved).toBe(true);
  });

  test("a deletion confirmed in pieces is saved with the last piece", () => {
    const { server, text, tracker, doc } = editor();
    text.delete(0, 5);
    const piece = (clock: number, len: number): Saved => {
      const ds = Y.createDeleteSet();
      ds.clients.set(doc.clientID, [{ clock, len }] as never);
      return { stateVector: Y.encodeStateVector(server), deletions: Y.encodeSnapshot(Y.createSnapshot(ds, new Map())) };
    };
    tracker.confirm(piece(3, 2));
    tracker.confirm(piece(0, 1));
    expect(tracker.state().saved).toBe(false);
    tracker.confirm(piece(1, 2));
    expect(tracker.state().saved).toBe(true);
  });

  test("what others do and what undo does is counted right", () => {
    const { doc, server, text, tracker } = editor();
    server.getText("t").insert(0, "from elsewhere ");
    send(server, doc);
    expect(tracker.state().saved).toBe(true);
    const undo = new Y.UndoManager(text);
    text.insert(0, "x");
    undo.undo();
    expect(tracker.state().waiting).toBe(2);
    send(doc, server);
    tracker.confirm(savedBy(server));
    expect(tracker.state()).toEqual({ saved: true, waiting: 0 });
  });

  test("tells its listeners when the number changes", () => {
    const { text, tracker } = editor();
    const seen: number[] = [];
    tracker.subscribe(() => seen.push(tracker.state().waiting));
    text.insert(0, "a");
    text.insert(0, "b");
    tracker.close();
    text.insert(0, "c");
    expect(seen).toEqual([1, 2]);
  });
});

describe("messages from the server", () => {
  test("are read by their schema; anything else is null", () => {
    const message = { type: "saved", stateVector: "AA==", deletions: "AA==" };
    expect(readDocumentMessage(JSON.stringify(message))).toEqual(message as never);
    for (const other of ["", "null", "{}", '{"type":"saved"}', JSON.stringify({ ...message, more: 1 })])
      expect(readDocumentMessage(other)).toBeNull();
  });
});
