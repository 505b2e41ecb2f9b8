import { describe, expect, test } from "bun:test";
import * as Y from "yjs";
import { catalogue } from "#src/agents/registry.ts";
import { connect } from "#src/document/commands/connect.ts";
import { addNode } from "#src/document/commands/nodes.ts";
import { removeSelection } from "#src/document/commands/selection.ts";
import { createDocument, replaceGraph } from "#src/document/fromGraph.ts";
import { createGraphReader } from "#src/document/graphReader.ts";
import { configOf, documentMaps, nodeOf } from "#src/document/model.ts";
import { toGraph } from "#src/document/toGraph.ts";
import { graph } from "#src/schemas/graph.ts";
import { copyOf, graphOf, personAt, sampleGraph, syncAll } from "./fixtures.ts";

const sampleDoc = () => createDocument(sampleGraph(), catalogue);

describe("round trip", () => {
  test("a document shows exactly the graph it was made from, order included", () => {
    expect(graphOf(sampleDoc())).toEqual(sampleGraph());
  });

  test("replacing by the same graph changes nothing", () => {
    const doc = sampleDoc();
    const before = Y.encodeStateAsUpdate(doc);
    replaceGraph({ doc, origin: {}, catalogue }, sampleGraph());
    expect(Y.encodeStateAsUpdate(doc)).toEqual(before);
  });

  test("replacing is one update that shows the new graph and keeps what others type meanwhile", () => {
    const doc = sampleDoc();
    const other = copyOf(doc);
    const text = nodeOf(other, "ask")?.get("config") as Y.Map<unknown>;
    (text.get("prompt") as Y.Text).insert(0, "Please: ");
    const next = sampleGraph();
    const [first, ask, last] = next.nodes;
    if (!first || !ask || !last) throw new Error("sample changed");
    const wanted = graph.parse({
      ...next,
      nodes: [last, { ...ask, name: "New", config: { prompt: `${ask.config.prompt}!`, temperature: 1 } }],
      edges: next.edges.filter(({ id }) => id === "e2"),
      notes: [],
    });
    let updates = 0;
    doc.on("update", () => {
      updates += 1;
    });
    replaceGraph({ doc, origin: {}, catalogue }, wanted);
    expect(updates).toBe(1);
    expect(graphOf(doc)).toEqual(wanted);
    syncAll(doc, other);
    expect(graphOf(doc)).toEqual(graphOf(other));
    const prompt = graphOf(doc).nodes[1]?.config.prompt;
    expect(prompt).toBe(`Please: ${ask.config.prompt}!`);
  });
});

describe("tolerance", () => {
  test("an edge that lost an end is left out, and comes back with the node", () => {
    const doc = sampleDoc();
    const other = copyOf(doc);
    removeSelection(personAt(doc, "ada"), { nodeIds: ["out"] });
    connect(personAt(other, "bob"), { source: "in", sourcePort: "value", target: "out", targetPort: "value" });
    syncAll(doc, other);
    const { graph: shown, problems } = toGraph(doc);
    expect(shown.edges.map(({ id }) => id as string)).toEqual(["e1"]);
    expect(problems).toMatchObject([{ code: "dangling_edge" }]);
  });

  test("two nodes that got one key at the same moment are both shown, and named", () => {
    const doc = sampleDoc();
    const other = copyOf(doc);
    const position = { x: 0, y: 0 };
    addNode(personAt(doc, "ada"), { agent: "llm", name: "New", position });
    addNode(personAt(other, "bob"), { agent: "llm", name: "New", position });
    syncAll(doc, other);
    expect(graphOf(doc).nodes.filter(({ key }) => key === "new")).toHaveLength(2);
    expect(toGraph(doc).problems).toMatchObject([{ code: "duplicate_key", field: "key" }]);
    expect(toGraph(doc)).toEqual(toGraph(other));
  });

  test("hostile values are mended or dropped, reported, and the graph stays valid JSON that a database takes", () => {
    const doc = sampleDoc();
    const { nodes, edges, notes, settings, meta } = documentMaps(doc);
    const ask = nodeOf(doc, "ask");
    const deep = Array.from({ length: 500 }).reduce<unknown>((inner) => [inner], 1);
    doc.transact(() => {
      ask?.set("name", "x".repeat(1_000_000));
      ask?.set("position", { x: Number.NaN, y: 1e300 });
      ask?.set("key", "no key");
      ask?.set("retry", { maxAttempts: -1 });
      ask?.set("timeoutMs", "soon");
      ask?.set("disabled", "maybe");
      ask?.set("unknown", "field");
      const config = ask?.get("config") as Y.Map<unknown>;
      config.set("__proto__", { polluted: true });
      config.set("deep", deep);
      config.set("bytes", new Uint8Array(3));
      config.set("big", 10n);
      config.set("nan", [Number.NaN, { n: Number.POSITIVE_INFINITY }]);
      config.set("zero", "a\u0000b\ud800c");
      config.set("map", new Y.Map([["inner", new Y.Array()]]));
      nodeOf(doc, "out")?.set("config", "none");
      nodeOf(doc, "in")?.set("config", new Y.Map([["huge", "y".repeat(1_100_000)]]));
      nodes.set("not an id!", new Y.Map([["agent", "llm"]]));
      nodes.set("plain", { agent: "llm" });
      nodes.set("bare", new Y.Map());
      nodes.set("minimal", new Y.Map([["agent", "llm"]]));
      edges.set("e9", { source: "in" });
      edges.set("e8", null);
      edges.set("e7", new Y.Map([["source", "in"]]));
      edges.set("e6", { source: "in", sourcePort: "value", target: "ask", targetPort: "context", order: "first" });
      notes.set("n2", new Y.Map([["text", "z".repeat(30_000)]]));
      notes.set("n3", "text");
      settings.set("timeoutMs", -5);
      meta.set("schema", "new");
    });
    const { graph: shown, problems } = toGraph(doc);
    expect(graph.safeParse(shown).success).toBe(true);
    expect(graph.parse(JSON.parse(JSON.stringify(shown)))).toEqual(shown);
    expect(JSON.stringify(shown)).not.toContain("\\u0000");
    expect(shown.nodes.map(({ id }) => id as string).sort()).toEqual(["ask", "in", "minimal", "out"]);
    expect(shown.edges).toHaveLength(2);
    expect(shown.nodes.find(({ id }) => id === "ask")).toMatchObject({
      name: "x".repeat(80),
      position: { x: 0, y: 0 },
      key: "x".repeat(60),
      config: { nan: [null, {}], zero: "a\ufffdb\ufffdc", map: { inner: [] } },
    });
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
    expect(shown.nodes.find(({ id }) => id === "in")?.config).toEqual({});
    expect(problems.length).toBeGreaterThan(15);
    expect(problems.every(({ message }) => message.endsWith(".") || message.includes(";"))).toBe(true);
  });

  test("top-level types of another kind do not stop the reading", () => {
    const doc = new Y.Doc();
    const hostile = new Y.Doc();
    hostile.getArray("nodes").push(["x"]);
    hostile.getText("edges").insert(0, "x");
    Y.applyUpdate(doc, Y.encodeStateAsUpdate(hostile));
    expect(toGraph(doc).graph).toEqual(graph.parse({ nodes: [], edges: [] }));
  });

  test("more nodes than the limit are cut and reported", () => {
    const doc = new Y.Doc();
    const { nodes } = documentMaps(doc);
    doc.transact(() => {
      for (let at = 0; at < 5_010; at += 1)
        nodes.set(
          `n${at}`,
          new Y.Map<unknown>([
            ["agent", "llm"],
            ["key", `k${at}`],
            ["name", "n"],
            ["position", { x: 0, y: 0 }],
            ["config", new Y.Map()],
          ]),
        );
    });
    const { graph: shown, problems } = toGraph(doc);
    expect(shown.nodes).toHaveLength(5_000);
    expect(problems).toMatchObject([{ code: "too_many" }]);
  });
});

describe("the incremental reader", () => {
  test("always shows what a fresh reading shows, and parts that did not change stay the same objects", () => {
    const doc = sampleDoc();
    const reader = createGraphReader(doc);
    const before = reader.read();
    expect(reader.read()).toBe(before);
    let calls = 0;
    reader.subscribe(() => {
      calls += 1;
    });
    const prompt = configOf(nodeOf(doc, "ask"))?.get("prompt") as Y.Text;
    prompt.insert(0, "Now ");
    const after = reader.read();
    expect(after).toEqual(toGraph(doc));
    expect(after.graph.nodes[0]).toBe(before.graph.nodes[0] as never);
    expect(after.graph.nodes[1]).not.toBe(before.graph.nodes[1] as never);
    removeSelection(personAt(doc, "ada"), { nodeIds: ["ask"], noteIds: ["n1"] });
    expect(reader.read()).toEqual(toGraph(doc));
    expect(calls).toBe(2);
    reader.close();
    documentMaps(doc).settings.set("timeoutMs", 5);
    expect(calls).toBe(2);
  });
});
