import { describe, expect, test } from "bun:test";
import type * as Y from "yjs";
import { duplicateSelection, paste } from "#src/document/commands/clipboard.ts";
import { connect } from "#src/document/commands/connect.ts";
import { copy } from "#src/document/commands/copy.ts";
import { moveInto, resizeFrame } from "#src/document/commands/frames.ts";
import { addNode, moveNodes, setBudget, setDefaultOutputs, setOnError } from "#src/document/commands/nodes.ts";
import { removeSelection } from "#src/document/commands/selection.ts";
import { setSettings } from "#src/document/commands/settings.ts";
import { tidy } from "#src/document/commands/tidy.ts";
import { framesOf } from "#src/document/frames.ts";
import { createDocument } from "#src/document/fromGraph.ts";
import { sizeOf } from "#src/document/measures.ts";
import { toGraph } from "#src/document/toGraph.ts";
import { createUndo } from "#src/document/undo.ts";
import { diffGraphs } from "#src/graph/diff.ts";
import type { Graph, GraphNode } from "#src/schemas/graph.ts";
import { containerEditing, containerGraph, withContainers } from "./containerFixtures.ts";
import { copyOf, graphOf, nodeNamed, syncAll } from "./fixtures.ts";

const edgeIds = (doc: Y.Doc) => graphOf(doc).edges.map(({ id }) => id as string);
const onCanvas = (graph: Graph, id: string) => {
  const node = graph.nodes.find((each) => each.id === id);
  if (!node) throw new Error(`no node ${id}`);
  return framesOf(graph).absolute(node);
};
const isAround = (frame: GraphNode, node: GraphNode) => {
  const own = sizeOf(node, withContainers.get(node.agent));
  const size = frame.size ?? { width: 0, height: 0 };
  return (
    node.position.x >= 0 &&
    node.position.y >= 0 &&
    node.position.x + own.width <= size.width &&
    node.position.y + own.height <= size.height
  );
};

describe("containers in a document", () => {
  test("a graph with containers, error handling and budgets is read as it was written", () => {
    const graph = {
      ...containerGraph(),
      settings: { timeoutMs: 60_000, concurrency: 3, startsPerMinute: 9, budget: { dollars: 2, timeMs: 5_000 } },
    };
    const nodes = graph.nodes.map((node) =>
      node.id === "ask"
        ? { ...node, onError: "default" as const, defaultOutputs: { text: "none" }, budget: { tokens: 9, timeMs: 1 } }
        : node,
    );
    expect(graphOf(createDocument({ ...graph, nodes }, withContainers))).toEqual({ ...graph, nodes });
  });

  test("a container that came without a size is drawn with one, and keeps what lies in it", () => {
    const graph = containerGraph();
    const nodes = graph.nodes.map(({ size: _none, ...node }) => node);
    const doc = createDocument({ ...graph, nodes }, withContainers);
    expect(nodeNamed(doc, "each").size?.width).toBeGreaterThan(0);
    expect(nodeNamed(doc, "ask").parent as string).toBe("each");
  });

  test("a parent that is gone, no container or a circle is none, and the node keeps its place on the canvas", () => {
    const { doc } = containerEditing();
    const nodes = doc.getMap<Y.Map<unknown>>("nodes");
    nodes.get("in")?.set("position", { x: 5, y: 6, parent: "nobody" });
    nodes.get("out")?.set("position", { x: 10, y: 10, parent: "ask" });
    nodes.get("each")?.set("position", { x: 400, y: 100, parent: "each" });
    const { graph, problems } = toGraph(doc);
    expect(graph.nodes.map(({ id, parent }) => [id as string, parent as string | undefined])).toEqual([
      ["in", undefined],
      ["each", undefined],
      ["ask", "each"],
      ["check", "each"],
      ["out", undefined],
    ]);
    expect(onCanvas(graph, "in")).toEqual({ x: 5, y: 6 });
    expect(onCanvas(graph, "out")).toEqual({ x: 530, y: 250 });
    expect(problems.filter(({ field }) => field === "parent").map(({ nodeId }) => nodeId)).toEqual([
      "in",
      "each",
      "out",
    ]);
  });

  test("hostile parents, sizes, error handling and settings are mended and named, never thrown", () => {
    const { doc } = containerEditing();
    const nodes = doc.getMap<Y.Map<unknown>>("nodes");
    for (const parent of [7, "", "no such id!", { a: 1 }, null]) {
      nodes.get("ask")?.set("position", { x: 1, y: 2, parent });
      expect(nodeNamed(doc, "ask").parent).toBeUndefined();
    }
    nodes.get("each")?.set("size", { width: Number.NaN, height: -4 });
    nodes.get("in")?.set("onError", "explode");
    nodes.get("in")?.set("defaultOutputs", ["no"]);
    doc.getMap("settings").set("concurrency", -1);
    doc.getMap("settings").set("budget", { tokens: "many" });
    const { graph, problems } = toGraph(doc);
    expect(graph.settings).toEqual({ timeoutMs: 3_600_000 });
    expect(new Set(problems.flatMap(({ field }) => field ?? []))).toEqual(
      new Set(["parent", "size", "onError", "defaultOutputs", "settings.concurrency", "settings.budget"]),
    );
  });

  test("an edge that crosses a frame is left out and named; it comes back when its ends lie side by side again", () => {
    const { doc } = containerEditing();
    doc
      .getMap("edges")
      .set("e9", { source: "in", sourcePort: "value", target: "check", targetPort: "value", order: 9 });
    expect(edgeIds(doc)).not.toContain("e9");
    expect(toGraph(doc).problems.map(({ code }) => code)).toEqual(["crosses_frame"]);
    doc.getMap<Y.Map<unknown>>("nodes").get("check")?.set("position", { x: 0, y: 0 });
    expect(edgeIds(doc)).toContain("e9");
  });

  test("a difference names the frame, the size and the error handling", () => {
    const editing = containerEditing();
    const before = graphOf(editing.doc);
    moveInto(editing, { nodeIds: ["in"], frame: "each" });
    setOnError(editing, "ask", "port");
    const changed = diffGraphs(before, graphOf(editing.doc)).nodes.changed;
    expect(changed.flatMap(({ fields }) => fields.map(({ path }) => path))).toContain("parent");
    expect(changed.flatMap(({ fields }) => fields.map(({ path }) => path))).toContain("onError");
  });
});

describe("commands on containers", () => {
  test("a node added to a frame lies in its body, and the frame grows around it", () => {
    const editing = containerEditing();
    const id = addNode(editing, { agent: "llm", position: { x: 900, y: 600 }, frame: "each" });
    const high = addNode(editing, { agent: "llm", position: { x: -50, y: -50 }, frame: "each" });
    expect(nodeNamed(editing.doc, id).parent as string).toBe("each");
    for (const each of [id, high])
      expect(isAround(nodeNamed(editing.doc, "each"), nodeNamed(editing.doc, each))).toBe(true);
    expect(() => addNode(editing, { agent: "llm", position: { x: 0, y: 0 }, frame: "ask" })).toThrow(/not there/);
  });

  test("moving in and out keeps the place on the canvas, removes what would cross, and is one step of undo", () => {
    const editing = containerEditing();
    const undo = createUndo(editing);
    const before = graphOf(editing.doc);
    const place = onCanvas(before, "ask");
    expect(moveInto(editing, { nodeIds: ["ask"], frame: null })).toBe(2);
    expect(onCanvas(graphOf(editing.doc), "ask")).toEqual(place);
    expect(edgeIds(editing.doc)).toEqual(["e1", "e4", "e5"]);
    undo.undo();
    expect(graphOf(editing.doc)).toEqual(before);
    expect(moveInto(editing, { nodeIds: ["ask", "check"], frame: null })).toBe(2);
    expect(edgeIds(editing.doc)).toEqual(["e1", "e3", "e5"]);
    expect(moveInto(editing, { nodeIds: ["ask", "check"], frame: "each" })).toBe(0);
    expect(edgeIds(editing.doc)).toEqual(["e1", "e3", "e5"]);
  });

  test("a container goes into another with all it holds; into itself or too deep it does not", () => {
    const editing = containerEditing();
    const outer = addNode(editing, { agent: "container", position: { x: 0, y: 800 } });
    moveInto(editing, { nodeIds: ["each", "ask"], frame: outer, places: new Map([["each", { x: 200, y: 1_000 }]]) });
    expect(nodeNamed(editing.doc, "each").parent).toBe(outer);
    expect(nodeNamed(editing.doc, "ask").parent as string).toBe("each");
    expect(isAround(nodeNamed(editing.doc, outer), nodeNamed(editing.doc, "each"))).toBe(true);
    expect(() => moveInto(editing, { nodeIds: [outer], frame: "each" })).toThrow(/in itself/);
    let deepest = "each";
    for (let depth = 2; depth < 8; depth += 1)
      deepest = addNode(editing, { agent: "container", position: { x: 0, y: 0 }, frame: deepest });
    const more = addNode(editing, { agent: "container", position: { x: 0, y: 0 } });
    addNode(editing, { agent: "llm", position: { x: 0, y: 0 }, frame: more });
    expect(() => moveInto(editing, { nodeIds: [more], frame: deepest })).toThrow(/At most 8/);
  });

  test("a connection across a frame is refused; a container's inner ports connect to what lies in it only", () => {
    const editing = containerEditing();
    const across = { source: "in", sourcePort: "value", target: "check", targetPort: "value" };
    expect(() => connect(editing, across)).toThrow(/cross a frame/);
    connect(editing, { source: "ask", sourcePort: "text", target: "each", targetPort: "result" });
    expect(edgeIds(editing.doc)).not.toContain("e4");
    connect(editing, { source: "in", sourcePort: "value", target: "each", targetPort: "result" });
    expect(graphOf(editing.doc).edges.filter(({ targetPort }) => targetPort === "result")).toHaveLength(2);
  });

  test("deleting a container deletes what lies in it, and undo brings all of it back at once", () => {
    const editing = containerEditing();
    const undo = createUndo(editing);
    const before = graphOf(editing.doc);
    removeSelection(editing, { nodeIds: ["each"], reconnect: true });
    expect(graphOf(editing.doc).nodes.map(({ id }) => id as string)).toEqual(["in", "out"]);
    expect(graphOf(editing.doc).edges.map(({ source, target }) => `${source}>${target}`)).toEqual(["in>out"]);
    undo.undo();
    expect(graphOf(editing.doc)).toEqual(before);
  });

  test("a step deleted inside a frame is bridged from the container's ports", () => {
    const editing = containerEditing();
    removeSelection(editing, { nodeIds: ["ask"], reconnect: true });
    expect(
      graphOf(editing.doc).edges.map(({ source, sourcePort, target }) => `${source}.${sourcePort}>${target}`),
    ).toContain("each.item>check");
  });

  test("a copied container brings its steps with it; a copied step goes back into its frame", () => {
    const editing = containerEditing();
    const clipboard = copy(editing, { nodeIds: ["each"] });
    expect(clipboard.nodes.map(({ id }) => id as string)).toEqual(["each", "ask", "check"]);
    const { nodeIds, leftOut } = paste(editing, JSON.stringify(clipboard));
    const [frame, ...inner] = nodeIds.map((id) => nodeNamed(editing.doc, id));
    expect(leftOut).toBe(0);
    expect(inner.map(({ parent }) => parent)).toEqual([frame?.id, frame?.id]);
    expect(inner.map(({ position }) => position)).toEqual([
      { x: 120, y: 140 },
      { x: 440, y: 140 },
    ]);
    const twin = duplicateSelection(editing, { nodeIds: ["ask"] }).nodeIds[0] ?? "";
    expect(nodeNamed(editing.doc, twin).parent as string).toBe("each");
    const out = paste(editing, copy(editing, { nodeIds: ["ask"] }), { x: 0, y: 900 }).nodeIds[0] ?? "";
    expect(nodeNamed(editing.doc, out).parent).toBeUndefined();
    const into = paste(editing, copy(editing, { nodeIds: ["in"] }), { x: 120, y: 500, frame: "each" }).nodeIds[0] ?? "";
    expect(isAround(nodeNamed(editing.doc, "each"), nodeNamed(editing.doc, into))).toBe(true);
  });

  test("a fragment whose containers lie in each other or have no frame is pasted as far as it makes sense", () => {
    const editing = containerEditing();
    const { nodeIds } = paste(editing, {
      nodes: [
        { id: 1, agent: "container", parent: 2 },
        { id: 2, agent: "container", parent: 1 },
        { id: 3, agent: "llm", parent: 1 },
        { id: 4, agent: "llm", parent: "nobody" },
      ],
    });
    const [one, two, three, four] = nodeIds.map((id) => nodeNamed(editing.doc, id));
    expect([one?.parent, two?.parent, four?.parent]).toEqual([undefined, undefined, undefined]);
    expect(three?.parent).toBe(one?.id);
  });

  test("a frame is never smaller than what lies in it, and grows with a card that is moved", () => {
    const editing = containerEditing();
    resizeFrame(editing, "each", { width: 10, height: 10 });
    const small = nodeNamed(editing.doc, "each");
    for (const id of ["ask", "check"]) expect(isAround(small, nodeNamed(editing.doc, id))).toBe(true);
    expect(small.size?.width).toBeLessThan(960);
    moveNodes(editing, [{ id: "check", position: { x: 1_500, y: -900 } }]);
    expect(nodeNamed(editing.doc, "check").parent as string).toBe("each");
    expect(isAround(nodeNamed(editing.doc, "each"), nodeNamed(editing.doc, "check"))).toBe(true);
  });

  test("what lies in a frame keeps its place on the canvas, whichever border is moved, and stays in it", () => {
    const editing = containerEditing();
    const before = nodeNamed(editing.doc, "each");
    const size = before.size ?? { width: 0, height: 0 };
    const placesOf = () => ["ask", "check"].map((id) => onCanvas(graphOf(editing.doc), id));
    const places = placesOf();
    const at = (dx: number, dy: number) => ({
      width: size.width - dx,
      height: size.height - dy,
      position: { x: before.position.x + dx, y: before.position.y + dy },
    });
    resizeFrame(editing, "each", at(-80, -48));
    expect(nodeNamed(editing.doc, "each").position).toEqual(at(-80, -48).position);
    expect(nodeNamed(editing.doc, "each").size).toEqual({ width: size.width + 80, height: size.height + 48 });
    expect(placesOf()).toEqual(places);
    const far = nodeNamed(editing.doc, "each");
    const right = far.position.x + (far.size?.width ?? 0);
    resizeFrame(editing, "each", at(2_000, 2_000));
    const small = nodeNamed(editing.doc, "each");
    expect(placesOf()).toEqual(places);
    for (const id of ["ask", "check"]) expect(isAround(small, nodeNamed(editing.doc, id))).toBe(true);
    expect(small.position.x + (small.size?.width ?? 0)).toBeGreaterThanOrEqual(right - size.width);
  });

  test("tidy lays out every frame from the inside out and fits it around its steps", () => {
    const editing = containerEditing();
    moveNodes(editing, [{ id: "check", position: { x: 2_000, y: 900 } }]);
    tidy(editing);
    const graph = graphOf(editing.doc);
    const [each, ask, check, out] = ["each", "ask", "check", "out"].map((id) => nodeNamed(editing.doc, id));
    if (!each || !ask || !check || !out) throw new Error("a node is missing");
    expect(ask.position.x).toBeLessThan(check.position.x);
    expect([isAround(each, ask), isAround(each, check)]).toEqual([true, true]);
    expect(out.position.x).toBeGreaterThanOrEqual(each.position.x + (each.size?.width ?? 0));
    expect(graph.edges).toHaveLength(5);
    const places = graph.nodes.map(({ position }) => position);
    tidy(editing, { nodeIds: ["each"] });
    expect(graphOf(editing.doc).nodes.map(({ position }) => position)).toEqual(places);
  });

  test("an error port that is given up takes its connections with it; defaults and budgets come and go", () => {
    const editing = containerEditing();
    setOnError(editing, "in", "port");
    connect(editing, { source: "in", sourcePort: "error", target: "out", targetPort: "value" });
    setOnError(editing, "in", undefined);
    expect(graphOf(editing.doc).edges.some(({ sourcePort }) => sourcePort === "error")).toBe(false);
    setDefaultOutputs(editing, "in", { value: 1 });
    expect(nodeNamed(editing.doc, "in").defaultOutputs).toEqual({ value: 1 });
    setSettings(editing, { concurrency: 2, startsPerMinute: 5, budget: { tokens: 5 } });
    setSettings(editing, { budget: undefined, startsPerMinute: undefined });
    setBudget(editing, "in", { dollars: 1 });
    expect(nodeNamed(editing.doc, "in").budget).toEqual({ dollars: 1 });
    setBudget(editing, "in", undefined);
    expect(nodeNamed(editing.doc, "in").budget).toBeUndefined();
    expect(graphOf(editing.doc).settings).toEqual({ timeoutMs: 3_600_000, concurrency: 2 });
  });
});

describe("containers among several", () => {
  test("of two who put two containers into each other, neither frame is lost", () => {
    const editing = containerEditing();
    const other = addNode(editing, { agent: "container", position: { x: 0, y: 900 } });
    const theirs = copyOf(editing.doc);
    moveInto(editing, { nodeIds: ["each"], frame: other });
    moveInto({ ...editing, doc: theirs, origin: {} }, { nodeIds: [other], frame: "each" });
    syncAll(editing.doc, theirs);
    expect(graphOf(editing.doc)).toEqual(graphOf(theirs));
    expect(nodeNamed(editing.doc, "each").parent).toBeUndefined();
    expect(nodeNamed(editing.doc, other).parent).toBeUndefined();
    expect(nodeNamed(editing.doc, "ask").parent as string).toBe("each");
  });

  test("what somebody adds to a frame while another deletes it is there, outside", () => {
    const editing = containerEditing();
    const theirs = copyOf(editing.doc);
    removeSelection(editing, { nodeIds: ["each"] });
    const added = addNode(
      { ...editing, doc: theirs, origin: {} },
      { agent: "llm", position: { x: 130, y: 300 }, frame: "each" },
    );
    syncAll(editing.doc, theirs);
    for (const doc of [editing.doc, theirs]) {
      expect(nodeNamed(doc, added).parent).toBeUndefined();
      expect(graphOf(doc).nodes.map(({ id }) => id as string)).toEqual(["in", "out", added]);
    }
  });

  test("of one who moves a card inside its frame and one who takes it out, one wins, never a mix", () => {
    const editing = containerEditing();
    const theirs = copyOf(editing.doc);
    moveNodes(editing, [{ id: "ask", position: { x: 200, y: 200 } }]);
    moveInto(
      { ...editing, doc: theirs, origin: {} },
      { nodeIds: ["ask"], frame: null, places: new Map([["ask", { x: 9, y: 9 }]]) },
    );
    syncAll(editing.doc, theirs);
    const { parent, position } = nodeNamed(editing.doc, "ask");
    expect(graphOf(editing.doc)).toEqual(graphOf(theirs));
    expect(["each at 200", "undefined at 9"]).toContain(`${parent} at ${position.x}`);
  });
});
