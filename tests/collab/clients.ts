import * as Y from "yjs";
import { duplicateSelection, paste } from "#src/document/commands/clipboard.ts";
import { configText, setConfig } from "#src/document/commands/config.ts";
import { connect } from "#src/document/commands/connect.ts";
import { copy } from "#src/document/commands/copy.ts";
import { moveInto, resizeFrame } from "#src/document/commands/frames.ts";
import { setKey } from "#src/document/commands/key.ts";
import { addNode, moveNodes, renameNode, setDisabled, setOnError, setRetry } from "#src/document/commands/nodes.ts";
import { addNote, editNote, resizeNote } from "#src/document/commands/notes.ts";
import { removeSelection } from "#src/document/commands/selection.ts";
import { setSettings } from "#src/document/commands/settings.ts";
import { tidy } from "#src/document/commands/tidy.ts";
import type { Editing } from "#src/document/editing.ts";
import { crossesFrame } from "#src/document/frames.ts";
import { createDocument, replaceGraph } from "#src/document/fromGraph.ts";
import { toGraph } from "#src/document/toGraph.ts";
import { createUndo, type Undo } from "#src/document/undo.ts";
import { AppError } from "#src/errors.ts";
import { type Graph, graph } from "#src/schemas/graph.ts";
import { defaultRetryPolicy } from "#src/schemas/retryPolicy.ts";
import { withContainers } from "../unit/document/containerFixtures.ts";

/** A small seeded generator: the same seed is the same story. */
export function createRandom(seed: number) {
  let state = (seed * 2_654_435_761) >>> 0 || 1;
  const next = (): number => {
    state ^= state << 13;
    state >>>= 0;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state / 4_294_967_296;
  };
  const below = (limit: number): number => Math.floor(next() * limit);
  return {
    next,
    below,
    one: <Item>(items: readonly Item[]): Item | undefined => items[below(items.length)],
  };
}
export type Random = ReturnType<typeof createRandom>;

export interface Client {
  readonly editing: Editing;
  readonly undo: Undo;
  /** Updates made here that the server has not got yet, and updates of others that are on their way here. */
  readonly outbox: Uint8Array[];
  readonly inbox: Uint8Array[];
  isOnline: boolean;
}

/** A server and its editors in memory. Messages lie in boxes until the story delivers them, in order or not. */
export function createRoom(start: Graph, clientCount: number) {
  const server = createDocument(start, withContainers);
  const clients = Array.from({ length: clientCount }, (_, at): Client => {
    const doc = new Y.Doc();
    Y.applyUpdate(doc, Y.encodeStateAsUpdate(server), "network");
    let ids = 0;
    const editing = { doc, origin: { client: at }, newId: () => `c${at}_${++ids}`, catalogue: withContainers };
    const client: Client = { editing, undo: createUndo(editing), outbox: [], inbox: [], isOnline: true };
    doc.on("update", (update: Uint8Array, origin: unknown) => {
      if (origin !== "network" && client.isOnline) client.outbox.push(update);
    });
    return client;
  });
  server.on("update", (update: Uint8Array, origin: unknown) => {
    for (const client of clients) if (client.isOnline && client !== origin) client.inbox.push(update);
  });
  return { server, clients };
}
export type Room = ReturnType<typeof createRoom>;

/** Delivers up to `count` messages of a client's connection each way, now and then out of order. */
export function deliver({ server }: Room, client: Client, { random, count }: { random: Random; count: number }): void {
  const take = (box: Uint8Array[]) => box.splice(random.next() < 0.2 ? random.below(box.length) : 0, 1);
  for (let at = 0; at < count; at += 1) {
    for (const update of take(client.outbox)) Y.applyUpdate(server, update, client);
    for (const update of take(client.inbox)) Y.applyUpdate(client.editing.doc, update, "network");
  }
}

/** The socket breaks: what was under way is lost. */
export function disconnect(client: Client): void {
  client.isOnline = false;
  client.outbox.length = 0;
  client.inbox.length = 0;
}

/** Both say what they have and get what they lack, as Yjs's sync protocol does. */
export function reconnect({ server }: Room, client: Client): void {
  disconnect(client);
  const { doc } = client.editing;
  client.isOnline = true;
  Y.applyUpdate(server, Y.encodeStateAsUpdate(doc, Y.encodeStateVector(server)), client);
  Y.applyUpdate(doc, Y.encodeStateAsUpdate(server, Y.encodeStateVector(doc)), "network");
}

/** Everybody has everything. */
export function settle(room: Room): void {
  for (const client of room.clients) reconnect(room, client);
  for (const client of room.clients) reconnect(room, client);
}

type Act = (client: Client, random: Random) => void;
const shown = ({ editing }: Client): Graph => toGraph(editing.doc).graph;
const anyNode = (client: Client, random: Random) => random.one(shown(client).nodes);
const anyFrame = (client: Client, random: Random) => random.one(shown(client).nodes.filter(({ size }) => size));
const place = (random: Random) => ({ x: random.below(2_000), y: random.below(2_000) });

/** What a person can do, each with ends and values drawn from the seed. */
export const acts: Readonly<Record<string, Act>> = {
  add: ({ editing }, random) =>
    void addNode(editing, {
      agent: random.one(["llm", "condition", "output", "input"]) ?? "llm",
      position: place(random),
      name: random.one(["Ask", "Check", "Überlegen"]) ?? "Ask",
    }),
  connect: (client, random) => {
    const [from, to] = [anyNode(client, random), anyNode(client, random)];
    if (from && to)
      connect(client.editing, {
        source: from.id,
        sourcePort: "text",
        target: to.id,
        targetPort: random.one(["context", "value"]) ?? "value",
      });
  },
  move: (client, random) =>
    moveNodes(
      client.editing,
      shown(client)
        .nodes.filter(() => random.next() < 0.3)
        .map(({ id }) => ({ id, position: place(random) })),
    ),
  rename: (client, random) =>
    renameNode(client.editing, anyNode(client, random)?.id ?? "gone", `Name ${random.below(100)}`),
  key: (client, random) => setKey(client.editing, anyNode(client, random)?.id ?? "gone", `key${random.below(100)}`),
  type: (client, random) => {
    const node = anyNode(client, random);
    const text = node && configText(client.editing, node.id, node.agent === "condition" ? "expression" : "prompt");
    const { doc, origin } = client.editing;
    doc.transact(() => {
      if (!text) return;
      const at = random.below(text.length + 1);
      if (random.next() < 0.3 && text.length > at) text.delete(at, Math.min(3, text.length - at));
      else text.insert(at, random.one(["a", "{{ steps.input.value }}", "🙂", "\n"]) ?? "a");
    }, origin);
  },
  set: (client, random) => {
    const nodeId = anyNode(client, random)?.id ?? "gone";
    setConfig(client.editing, {
      nodeId,
      path: [random.one(["prompt", "model", "fields"]) ?? "model", ...(random.next() < 0.3 ? [0, "name"] : [])],
      value: random.one(["x", "gpt", 3, undefined, [{ name: "a" }]]),
    });
  },
  policy: (client, random) => {
    const id = anyNode(client, random)?.id ?? "gone";
    if (random.next() < 0.5) setDisabled(client.editing, [id], random.next() < 0.5);
    else
      setRetry(
        client.editing,
        id,
        random.next() < 0.3 ? undefined : { ...defaultRetryPolicy, maxAttempts: 1 + random.below(20) },
      );
  },
  remove: (client, random) => {
    const { nodes, edges, notes } = shown(client);
    removeSelection(client.editing, {
      nodeIds: nodes.filter(() => random.next() < 0.15).map(({ id }) => id),
      edgeIds: edges.filter(() => random.next() < 0.1).map(({ id }) => id),
      noteIds: notes.filter(() => random.next() < 0.1).map(({ id }) => id),
      reconnect: random.next() < 0.5,
    });
  },
  paste: (client, random) => {
    const nodeIds = shown(client)
      .nodes.filter(() => random.next() < 0.2)
      .slice(0, 5)
      .map(({ id }) => id);
    if (random.next() < 0.5) duplicateSelection(client.editing, { nodeIds });
    else paste(client.editing, JSON.stringify(copy(client.editing, { nodeIds })), place(random));
  },
  note: (client, random) => {
    const note = random.one(shown(client).notes);
    if (!note || random.next() < 0.3) addNote(client.editing, { position: place(random), text: "Note" });
    else if (random.next() < 0.6) editNote(client.editing, note.id, `${note.text}${random.below(10)}`);
    else resizeNote(client.editing, note.id, { width: 40 + random.below(500), height: 40 + random.below(500) });
  },
  frame: (client, random) =>
    void addNode(client.editing, {
      agent: random.one(["container", "container", "llm"]) ?? "container",
      position: place(random),
      frame: random.next() < 0.6 ? anyFrame(client, random)?.id : undefined,
    }),
  into: (client, random) =>
    void moveInto(client.editing, {
      nodeIds: shown(client)
        .nodes.filter(() => random.next() < 0.3)
        .map(({ id }) => id),
      frame: random.next() < 0.7 ? (anyFrame(client, random)?.id ?? null) : null,
    }),
  resize: (client, random) =>
    resizeFrame(client.editing, anyFrame(client, random)?.id ?? "gone", {
      width: random.below(2_000),
      height: random.below(2_000),
    }),
  inner: (client, random) => {
    const child = random.one(shown(client).nodes.filter(({ parent }) => parent));
    if (!child?.parent) return;
    const [source, target] = random.next() < 0.5 ? [child.parent, child.id] : [child.id, child.parent];
    connect(client.editing, { source, sourcePort: "item", target, targetPort: "result" });
  },
  onError: (client, random) =>
    setOnError(
      client.editing,
      anyNode(client, random)?.id ?? "gone",
      random.one(["port", "default", undefined] as const),
    ),
  settings: ({ editing }, random) => setSettings(editing, { timeoutMs: 1_000 + random.below(10_000) }),
  tidy: ({ editing }) => tidy(editing),
  undo: ({ undo }) => undo.undo(),
  redo: ({ undo }) => undo.redo(),
  replace: (client, random) => {
    const now = shown(client);
    replaceGraph(client.editing, { ...now, nodes: now.nodes.filter(() => random.next() < 0.9), edges: [] });
  },
};

/** Does it; a refusal in words is an answer too. */
export function attempt(act: Act, client: Client, random: Random): void {
  try {
    act(client, random);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
  }
}

/** What must hold of every document, whatever happened to it. Returns the serialised state for comparing. */
export function checkInvariants(doc: Y.Doc): string {
  const { graph: now } = toGraph(doc);
  const parsed = graph.safeParse(now);
  if (!parsed.success) throw new Error(`not a graph: ${parsed.error.message}`);
  const ids = new Set<string>();
  for (const { id } of [...now.nodes, ...now.notes]) {
    if (ids.has(id)) throw new Error(`two things have the id ${id}`);
    ids.add(id);
  }
  const nodes = new Set<string>(now.nodes.map(({ id }) => id));
  for (const edge of now.edges)
    if (!nodes.has(edge.source) || !nodes.has(edge.target)) throw new Error(`edge ${edge.id} lost an end`);
  checkFrames(now);
  return JSON.stringify(now);
}

/** Every parent is a frame of this graph, nothing lies in itself, and no edge crosses a frame. */
function checkFrames({ nodes, edges }: Graph): void {
  const byId = new Map(nodes.map((node) => [node.id as string, node]));
  for (const node of nodes) {
    const seen = new Set<string>();
    for (let at = node.parent as string | undefined; at !== undefined; at = byId.get(at)?.parent) {
      if (byId.get(at)?.size === undefined) throw new Error(`${node.id} lies in ${at}, which is no frame`);
      if (seen.has(at) || at === node.id) throw new Error(`${node.id} lies in itself`);
      seen.add(at);
    }
  }
  for (const { id, source, target } of edges) {
    const [from, to] = [byId.get(source), byId.get(target)];
    if (!from || !to || crossesFrame(from, to)) throw new Error(`edge ${id} crosses a frame`);
  }
}
