import { describe, expect, test } from "bun:test";
import * as Y from "yjs";
import { containerGraph } from "../unit/document/containerFixtures.ts";
import { sampleGraph } from "../unit/document/fixtures.ts";
import {
  acts,
  attempt,
  checkInvariants,
  createRandom,
  createRoom,
  deliver,
  disconnect,
  type Room,
  reconnect,
  settle,
} from "./clients.ts";

const seeds = Number(process.env.COLLAB_SEEDS ?? 40);
const steps = 200;
const names = Object.keys(acts);

function play(seed: number): Room {
  const random = createRandom(seed);
  const room = createRoom(seed % 2 === 0 ? containerGraph() : sampleGraph(), 2 + random.below(4));
  for (let step = 0; step < steps; step += 1) {
    const client = random.one(room.clients);
    if (!client) continue;
    const chance = random.next();
    if (chance < 0.04) disconnect(client);
    else if (chance < 0.1) reconnect(room, client);
    else if (chance < 0.4) {
      if (client.isOnline) deliver(room, client, { random, count: 1 + random.below(8) });
    } else {
      const act = acts[random.one(names) ?? "add"];
      if (act) attempt(act, client, random);
    }
  }
  settle(room);
  return room;
}

describe("editing together, any story", () => {
  test(`${seeds} stories of ${steps} steps end with the same document everywhere, and a graph that holds together`, () => {
    for (let seed = 1; seed <= seeds; seed += 1) {
      const room = play(seed);
      const states = [room.server, ...room.clients.map(({ editing }) => editing.doc)].map((doc) => ({
        vector: Buffer.from(Y.encodeStateVector(doc)).toString("hex"),
        graph: checkInvariants(doc),
      }));
      for (const { graph } of states) if (graph !== states[0]?.graph) throw new Error(`seed ${seed} did not converge`);
    }
  }, 120_000);

  test("a snapshot of the state is the same document as the replay of its updates", () => {
    for (let seed = 1; seed <= 10; seed += 1) {
      const random = createRandom(seed);
      const room = createRoom(sampleGraph(), 2);
      const journal: Uint8Array[] = [Y.encodeStateAsUpdate(room.server)];
      room.server.on("update", (update: Uint8Array) => journal.push(update));
      for (let step = 0; step < 100; step += 1) {
        const client = random.one(room.clients);
        const act = acts[random.one(names) ?? "add"];
        if (!client || !act) continue;
        attempt(act, client, random);
        deliver(room, client, { random, count: 2 });
      }
      settle(room);
      const replay = new Y.Doc();
      for (const update of journal) Y.applyUpdate(replay, update);
      const compacted = new Y.Doc();
      Y.applyUpdate(compacted, Y.encodeStateAsUpdate(room.server));
      expect(checkInvariants(compacted)).toBe(checkInvariants(replay));
      expect(Y.encodeStateVector(compacted)).toEqual(Y.encodeStateVector(replay));
    }
  }, 60_000);
});

describe("two at the same thing", () => {
  const kinds = names.filter((name) => !["undo", "redo"].includes(name));

  test("every pair of acts on one document, one of them while the other is offline, converges and leaves no loose edge", () => {
    for (const [at, first] of kinds.entries())
      for (const second of kinds) {
        const room = createRoom(containerGraph(), 2);
        const [ada, bob] = room.clients;
        const [actA, actB] = [acts[first], acts[second]];
        if (!ada || !bob || !actA || !actB) throw new Error("room is empty");
        disconnect(bob);
        attempt(actA, ada, createRandom(at + 1));
        attempt(actB, bob, createRandom(at + 2));
        settle(room);
        const [one, two] = [checkInvariants(ada.editing.doc), checkInvariants(bob.editing.doc)];
        if (one !== two) throw new Error(`${first} against ${second} did not converge`);
        ada.undo.undo();
        bob.undo.undo();
        settle(room);
        expect(checkInvariants(ada.editing.doc)).toBe(checkInvariants(bob.editing.doc));
      }
  }, 60_000);

  test("of two values for one property one stays, the same everywhere, never a mix", () => {
    const room = createRoom(sampleGraph(), 2);
    const [ada, bob] = room.clients;
    if (!ada || !bob) throw new Error("room is empty");
    for (let round = 0; round < 1_000; round += 1) {
      const random = createRandom(round + 1);
      const [x, y] = [round, -round - 1];
      const write = (client: typeof ada, value: number) => {
        const node = client.editing.doc.getMap<Y.Map<unknown>>("nodes").get("ask");
        client.editing.doc.transact(() => node?.set("position", { x: value, y: value }), client.editing.origin);
      };
      write(ada, x);
      write(bob, y);
      deliver(room, random.next() < 0.5 ? ada : bob, { random, count: 4 });
      settle(room);
      const seen = room.clients.map(({ editing }) =>
        editing.doc.getMap<Y.Map<unknown>>("nodes").get("ask")?.get("position"),
      );
      expect(seen[0]).toEqual(seen[1]);
      expect([
        { x, y: x },
        { x: y, y },
      ]).toContainEqual(seen[0] as { x: number; y: number });
    }
  }, 60_000);
});

describe("undo among several", () => {
  test("undoing everything and redoing it leaves what one did as it was, with others' edits untouched", () => {
    for (let seed = 1; seed <= 20; seed += 1) {
      const random = createRandom(seed);
      const room = createRoom(sampleGraph(), 2);
      const [ada, bob] = room.clients;
      if (!ada || !bob) throw new Error("room is empty");
      for (let step = 0; step < 10; step += 1) {
        attempt(acts[random.one(["add", "rename", "type", "note", "move"]) ?? "add"] ?? (() => {}), ada, random);
        attempt(acts.note ?? (() => {}), bob, random);
        settle(room);
      }
      const before = checkInvariants(ada.editing.doc);
      while (ada.undo.undoLabel() !== null) ada.undo.undo();
      settle(room);
      while (ada.undo.redoLabel() !== null) ada.undo.redo();
      settle(room);
      expect(checkInvariants(ada.editing.doc)).toBe(before);
      expect(checkInvariants(bob.editing.doc)).toBe(before);
    }
  }, 60_000);
});
