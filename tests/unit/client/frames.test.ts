import { describe, expect, test } from "bun:test";
import { createCanvasNodes } from "#client/canvas/canvasNodes.ts";
import { whyNotConnect } from "#client/canvas/connections.ts";
import { dropFrame, frameAt, frameLooks } from "#client/canvas/frames.ts";
import { canvasPorts, placedPorts } from "#client/canvas/geometry.ts";
import { connectedPorts, noEnds } from "#client/canvas/portNames.ts";
import { allBeside, nothingSelected } from "#client/canvas/selection.ts";
import { inner, outer, walk } from "#client/canvas/walk.ts";
import { freePlace, placeBeside, placeOnEdge } from "#client/components/workflow/placement.ts";
import type { Graph, GraphNode } from "#src/schemas/graph.ts";
import { containerGraph, withContainers } from "../document/containerFixtures.ts";

const graph = containerGraph();
const definitions = withContainers.get;
const link = (source: string, sourcePort: string, target: string, targetPort: string) => ({
  source,
  sourcePort,
  target,
  targetPort,
});
const nodeOf = (id: string): GraphNode => {
  const found = graph.nodes.find((node) => node.id === id);
  if (!found) throw new Error(`no node ${id}`);
  return found;
};
const edgeOf = (id: string) => {
  const found = graph.edges.find((edge) => edge.id === id);
  if (!found) throw new Error(`no edge ${id}`);
  return found;
};
const without = (id: string): Graph => ({ ...graph, edges: graph.edges.filter((edge) => edge.id !== id) });
const view = { graph, definitions, selection: nothingSelected, places: new Map(), target: null };

describe("connections and frames", () => {
  test.each<[string, ReturnType<typeof link>]>([
    ["from outside to a step inside", link("in", "value", "check", "value")],
    ["from a step inside to the outside", link("ask", "text", "out", "value")],
    ["from an inner port to the outside", link("each", "item", "out", "value")],
    ["from an outer port to a step inside", link("each", "results", "ask", "context")],
    ["from a step inside to an outer port", link("ask", "text", "each", "items")],
    ["from outside to an inner port", link("in", "value", "each", "result")],
  ])("%s is refused with the name of the frame", (_, wanted) => {
    expect(whyNotConnect(graph, definitions, wanted)).toContain("frame of “Each”");
  });

  test("a container's inner ports connect to its steps, and that is no circle", () => {
    expect(whyNotConnect(without("e2"), definitions, link("each", "item", "ask", "context"))).toBeNull();
    expect(whyNotConnect(without("e4"), definitions, link("check", "true", "each", "result"))).toBeNull();
    expect(whyNotConnect(graph, definitions, link("ask", "text", "each", "result"))).toContain("one connection");
    expect(whyNotConnect(without("e3"), definitions, link("check", "true", "ask", "context"))).toContain(
      "one connection",
    );
  });
});

describe("frames on the canvas", () => {
  test("a frame comes before what lies in it, and its ports are where its edges end", () => {
    const nodes = createCanvasNodes().nodes(view);
    expect(nodes.map(({ id }) => id)[0]).toBe("each");
    expect(nodes.filter(({ parentId }) => parentId === "each").map(({ id }) => id)).toEqual(["ask", "check"]);
    const frame = nodes[0];
    expect(frame?.type).toBe("frame");
    expect(frame?.handles?.map(({ id, type }) => `${type} ${id}`)).toEqual([
      "target items",
      "source results",
      "source item",
      "source index",
      "target result",
    ]);
    expect(frame?.handles?.every(({ x }) => x >= -6 && x <= 960)).toBe(true);
  });

  test("of a drag only what moves is drawn anew: the card, and its frame when it grows", () => {
    const canvas = createCanvasNodes();
    const before = canvas.nodes(view);
    const drawnAnew = (x: number, y: number) =>
      canvas
        .nodes({ ...view, places: new Map([["check", { x, y }]]) })
        .filter((node) => !before.includes(node))
        .map(({ id }) => id);
    expect(drawnAnew(400, 140)).toEqual(["check"]);
    expect(drawnAnew(2_000, 140)).toEqual(["check"]);
    expect(drawnAnew(620, 140)).toEqual(["each", "check"]);
  });

  test("a frame grows with a card whose middle is inside, and lets one go whose middle is not", () => {
    const width = (x: number) =>
      frameLooks(graph, { definitions, places: new Map([["check", { x, y: 140 }]]) }).get("each")?.width ?? 0;
    expect(width(640)).toBeGreaterThan(1_000);
    expect(width(860)).toBe(960);
  });

  test("where a card would go is the innermost frame under its middle, never one that is dragged along", () => {
    expect(frameAt(graph, definitions, { at: { x: 500, y: 400 } })).toBe("each");
    expect(frameAt(graph, definitions, { at: { x: 500, y: 50 } })).toBeNull();
    const drop = (id: string, x: number, y: number) =>
      dropFrame(graph, definitions, { id, place: { x, y }, dragged: [id] });
    expect(drop("in", 420, 200)).toBe("each");
    expect(drop("ask", 5, 5)).toBe("each");
    expect(drop("ask", -300, 5)).toBeNull();
    expect(drop("each", 400, 100)).toBeNull();
  });

  test("ports follow the settings; a port that only an edge knows is shown as lost, an error port is the last", () => {
    const config = { cases: [{ name: "large", when: "true" }] };
    const node: GraphNode = { ...nodeOf("check"), agent: "switch", config, onError: "port" };
    const ports = canvasPorts(node, definitions("switch"), { ...noEnds, outputs: ["small", "large"] });
    expect(ports.outputs.map(({ name, state }) => [name, state])).toEqual([
      ["large", undefined],
      ["otherwise", undefined],
      ["small", "lost"],
      ["error", "error"],
    ]);
    const rows = placedPorts(ports, 248).filter(({ side }) => side === "output");
    expect(rows.map(({ y }) => y)).toEqual([...rows.map(({ y }) => y)].sort((a, b) => a - b));
    expect(connectedPorts(graph).get("each")).toMatchObject({
      inputs: ["items"],
      outputs: ["results"],
      innerInputs: ["result"],
      innerOutputs: ["item"],
    });
  });
});

describe("going in and out", () => {
  test("arrows stay in the frame; one goes in to its first step and out to it", () => {
    expect(walk(graph, "ask", "right")).toBe("check");
    expect(walk(graph, "check", "right")).toBeNull();
    expect(walk(graph, "in", "right")).toBe("each");
    expect(inner(graph, "each")).toBe("ask");
    expect(inner(graph, "ask")).toBeNull();
    expect([outer(graph, "ask"), outer(graph, "each")]).toEqual(["each", null]);
  });

  test("select all selects what is in the frame first, then everything", () => {
    const all = graph.nodes.map(({ id }) => id as string);
    expect(allBeside(graph, new Set(["each"]))).toEqual(["ask", "check"]);
    expect(allBeside(graph, new Set(["ask"]))).toEqual(["ask", "check"]);
    expect(allBeside(graph, new Set(["ask", "check"]))).toEqual(all);
    expect(allBeside(graph, new Set())).toEqual(all);
  });
});

describe("places of new steps", () => {
  const ground = { graph, definitions, frame: "each" };
  const size = { width: 248, height: 112 };

  test("a new step lies on none in the same frame, whatever lies at that place elsewhere", () => {
    const place = freePlace(ground, { at: { x: 120, y: 140 }, size });
    expect(place.y).toBeGreaterThan(240);
    expect(freePlace({ ...ground, frame: undefined }, { at: { x: 120, y: 240 }, size })).toEqual({ x: 120, y: 240 });
  });

  test("beside an inner port it lies at the border of the body; on an edge out of the frame before the end", () => {
    const from = { nodeId: "each", port: "item", side: "output" } as const;
    expect(placeBeside({ ...ground, graph: { ...graph, nodes: [nodeOf("each")] } }, { from, size })?.x).toBe(136);
    const insertion = placeOnEdge(ground, edgeOf("e4"), size);
    expect(insertion?.place.x).toBeGreaterThan(440 + 248);
    expect(insertion?.moved).toEqual([]);
    const between = placeOnEdge(ground, edgeOf("e3"), size);
    expect(between?.moved.map(({ id }) => id)).toEqual(["check"]);
  });
});
