import { describe, expect, test } from "bun:test";
import { createCanvasNodes } from "#client/canvas/canvasNodes.ts";
import { matchingPort, typesFit, whyNotConnect } from "#client/canvas/connections.ts";
import { createKeyedStore } from "#client/canvas/keyedStore.ts";
import { nothingSelected, selectNodes } from "#client/canvas/selection.ts";
import { reach, walk } from "#client/canvas/walk.ts";
import { catalogue } from "#src/agents/registry.ts";
import { type Graph, graph as graphSchema } from "#src/schemas/graph.ts";

const node = (id: string, agent: string, x = 0, y = 0) => ({
  id,
  key: id,
  agent,
  name: id,
  position: { x, y },
  config: {},
});
const edge = (source: string, sourcePort: string, target: string, targetPort: string) => ({
  id: `${source}-${target}-${targetPort}`,
  source,
  sourcePort,
  target,
  targetPort,
});

/** input -> ask -> out, with a second branch input -> check -> out. */
const drawn: Graph = graphSchema.parse({
  nodes: [
    node("input", "input", 0, 0),
    node("ask", "llm", 300, -100),
    node("check", "condition", 300, 100),
    node("out", "output", 600, 0),
  ],
  edges: [
    edge("input", "value", "ask", "context"),
    edge("input", "value", "check", "value"),
    edge("ask", "text", "out", "value"),
    edge("check", "true", "out", "value"),
  ],
});
const link = (source: string, sourcePort: string, target: string, targetPort: string) => ({
  source,
  sourcePort,
  target,
  targetPort,
});

describe("which connections can be drawn", () => {
  test("any fits everything, other types only themselves", () => {
    expect(typesFit("any", "number")).toBe(true);
    expect(typesFit("text", "any")).toBe(true);
    expect(typesFit("text", "text")).toBe(true);
    expect(typesFit("object", "text")).toBe(false);
  });

  test("a port of another type is refused with both types named", () => {
    const graph = graphSchema.parse({ nodes: [node("ask", "llm"), node("code", "codeAnalyzer")], edges: [] });
    expect(whyNotConnect(graph, catalogue.get, link("ask", "variables", "code", "code"))).toContain("object");
    expect(whyNotConnect(graph, catalogue.get, link("ask", "text", "code", "code"))).toBeNull();
  });

  test("a circle, a node with itself, a repeated edge and a taken port are refused", () => {
    expect(whyNotConnect(drawn, catalogue.get, link("out", "value", "ask", "context"))).not.toBeNull();
    expect(whyNotConnect(drawn, catalogue.get, link("check", "false", "check", "value"))).toContain("itself");
    expect(whyNotConnect(drawn, catalogue.get, link("ask", "text", "out", "value"))).toContain("Already");
    expect(whyNotConnect(drawn, catalogue.get, link("check", "false", "ask", "context"))).toContain("one connection");
  });

  test("a port that takes several takes one more", () => {
    expect(whyNotConnect(drawn, catalogue.get, link("check", "false", "out", "value"))).toBeNull();
  });

  test("a new node is joined by a port of the same type before one that takes anything", () => {
    const analyzer = catalogue.get("codeAnalyzer");
    const input = catalogue.get("input");
    if (!analyzer || !input) throw new Error("The catalogue is not what this test is about");
    expect(matchingPort(analyzer, { type: "text", side: "output" })?.name).toBe("code");
    expect(matchingPort(input, { type: "any", side: "output" })).toBeUndefined();
  });
});

describe("walking the graph with the arrow keys", () => {
  test("right and left follow edges, the neighbour closest in height first", () => {
    expect(walk(drawn, "ask", "right")).toBe("out");
    expect(walk(drawn, "out", "left")).not.toBe("input");
    expect(walk(drawn, "check", "left")).toBe("input");
  });

  test("up and down go to the nearest node that lies that way, and nowhere at the edge", () => {
    expect(walk(drawn, "ask", "down")).toBe("check");
    expect(walk(drawn, "ask", "up")).toBeNull();
  });

  test("without a node it begins at the first", () => {
    expect(walk(drawn, "gone", "right")).toBe("input");
  });

  test("everything upstream or downstream is reached once", () => {
    expect([...reach(drawn, "ask", "upstream")].sort()).toEqual(["ask", "input"]);
    expect([...reach(drawn, "input", "downstream")].sort()).toEqual(["ask", "check", "input", "out"]);
  });
});

describe("what the canvas draws again", () => {
  const view = {
    graph: drawn,
    definitions: catalogue.get,
    selection: nothingSelected,
    places: new Map(),
    target: null,
  };

  test("a node that did not change keeps its object, a selected one does not", () => {
    const canvas = createCanvasNodes();
    const before = canvas.nodes(view);
    const after = canvas.nodes({ ...view, selection: selectNodes(["ask"]) });
    expect(after.filter((each, at) => each !== before[at]).map((each) => each.id)).toEqual(["ask"]);
  });

  test("a drag in progress moves the card and leaves the graph alone", () => {
    const canvas = createCanvasNodes();
    const [, dragged] = canvas.nodes({ ...view, places: new Map([["ask", { x: 8, y: 16 }]]) });
    expect(dragged?.position).toEqual({ x: 8, y: 16 });
    expect(drawn.nodes[1]?.position).toEqual({ x: 300, y: -100 });
  });

  test("a keyed store tells only the keys whose value is another one", () => {
    const store = createKeyedStore<object>();
    const heard: string[] = [];
    const same = {};
    store.replace(
      new Map([
        ["a", same],
        ["b", {}],
      ]),
    );
    store.subscribe("a", () => heard.push("a"));
    store.subscribe("b", () => heard.push("b"));
    store.replace(
      new Map([
        ["a", same],
        ["b", {}],
      ]),
    );
    expect(heard).toEqual(["b"]);
  });
});
