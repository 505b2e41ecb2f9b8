import { describe, expect, test } from "bun:test";
import * as Y from "yjs";
import { catalogue } from "#src/agents/registry.ts";
import { duplicateSelection, paste } from "#src/document/commands/clipboard.ts";
import { configText, setConfig } from "#src/document/commands/config.ts";
import { connect } from "#src/document/commands/connect.ts";
import { copy } from "#src/document/commands/copy.ts";
import { setKey } from "#src/document/commands/key.ts";
import { addNode, moveNodes, renameNode, setDisabled, setRetry, setTimeoutMs } from "#src/document/commands/nodes.ts";
import { addNote, editNote, noteText, resizeNote } from "#src/document/commands/notes.ts";
import { removeSelection } from "#src/document/commands/selection.ts";
import { setSettings } from "#src/document/commands/settings.ts";
import { tidy } from "#src/document/commands/tidy.ts";
import { createDocument } from "#src/document/fromGraph.ts";
import { toGraph } from "#src/document/toGraph.ts";
import { AppError } from "#src/errors.ts";
import { defaultRetryPolicy } from "#src/schemas/retryPolicy.ts";
import { graphOf, nodeNamed, personAt, sampleGraph } from "./fixtures.ts";

const start = () => {
  const doc = createDocument(sampleGraph(), catalogue);
  return { doc, ada: personAt(doc, "ada") };
};
const refused = (act: () => unknown): AppError => {
  try {
    act();
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
  throw new Error("was not refused");
};

describe("nodes", () => {
  test("a new node has the agent's defaults, its label as name and a key minted from it", () => {
    const { doc, ada } = start();
    const id = addNode(ada, { agent: "llm", position: { x: 1, y: 2 } });
    const node = nodeNamed(doc, id);
    expect(node.name).toBe(catalogue.get("llm")?.label ?? "");
    expect(node.position).toEqual({ x: 1, y: 2 });
    expect(node.config).toMatchObject(catalogue.get("llm")?.defaults as object);
  });

  test("a key is unique, also when the name is taken or has no letters", () => {
    const { doc, ada } = start();
    const keys = ["Ask", "Ask", "Größe: zählen!", "42", "日本", "steps"].map((name) =>
      nodeNamed(doc, addNode(ada, { agent: "llm", position: { x: 0, y: 0 }, name })),
    );
    expect(keys.map(({ key }) => key)).toEqual(["ask2", "ask3", "groEZahlen", "step", "step2", "steps2"]);
  });

  test("an agent that does not exist is refused", () => {
    const { ada } = start();
    expect(refused(() => addNode(ada, { agent: "nope", position: { x: 0, y: 0 } })).code).toBe("bad_request");
  });

  test("move, rename, disable, retry and time limit change their own field only; what is gone is skipped", () => {
    const { doc, ada } = start();
    moveNodes(ada, [
      { id: "ask", position: { x: 5, y: 6 } },
      { id: "n1", position: { x: 7, y: 8 } },
      { id: "gone", position: { x: 0, y: 0 } },
    ]);
    renameNode(ada, "ask", "  Ask again ");
    setDisabled(ada, ["ask", "gone"], true);
    setRetry(ada, "ask", { ...defaultRetryPolicy, maxAttempts: 7 });
    setTimeoutMs(ada, "ask", 500);
    const [before] = sampleGraph().nodes.filter(({ id }) => id === "ask");
    expect(nodeNamed(doc, "ask")).toEqual({
      ...(before as NonNullable<typeof before>),
      name: "Ask again",
      position: { x: 5, y: 6 },
      disabled: true,
      retry: { ...defaultRetryPolicy, maxAttempts: 7 },
      timeoutMs: 500,
    });
    expect(graphOf(doc).notes[0]?.position).toEqual({ x: 7, y: 8 });
    setDisabled(ada, ["ask"], false);
    setRetry(ada, "ask", undefined);
    setTimeoutMs(ada, "ask", undefined);
    expect(Object.keys(nodeNamed(doc, "ask")).sort()).toEqual(["agent", "config", "id", "key", "name", "position"]);
  });

  test("an empty name is refused", () => {
    const { ada } = start();
    expect(refused(() => renameNode(ada, "ask", "   ")).code).toBe("bad_request");
  });
});

describe("connections", () => {
  test("a port that takes one edge lets go of the old one; one that takes several keeps it", () => {
    const { doc, ada } = start();
    const more = addNode(ada, { agent: "input", position: { x: 0, y: 0 } });
    const edge = connect(ada, { source: more, sourcePort: "value", target: "ask", targetPort: "context" });
    const late = connect(ada, { source: more, sourcePort: "value", target: "out", targetPort: "value" });
    expect(graphOf(doc).edges.map(({ id }) => id as string)).toEqual(["e2", edge, late]);
  });

  test("the same connection twice is one", () => {
    const { doc, ada } = start();
    expect(connect(ada, { source: "in", sourcePort: "value", target: "ask", targetPort: "context" }) as string).toBe(
      "e1",
    );
    expect(graphOf(doc).edges).toHaveLength(2);
  });

  test("a node that is gone and a node's own output are refused", () => {
    const { ada } = start();
    const ends = { source: "ask", sourcePort: "text", targetPort: "value" };
    expect(refused(() => connect(ada, { ...ends, target: "gone" })).code).toBe("bad_request");
    expect(refused(() => connect(ada, { ...ends, target: "ask" })).code).toBe("bad_request");
  });

  test("delete takes the node's edges along", () => {
    const { doc, ada } = start();
    removeSelection(ada, { nodeIds: ["ask"], noteIds: ["n1"] });
    const { graph, problems } = toGraph(doc);
    expect(graph.nodes.map(({ id }) => id as string)).toEqual(["in", "out"]);
    expect(graph.edges).toEqual([]);
    expect(graph.notes).toEqual([]);
    expect(problems).toEqual([]);
  });

  test("delete and reconnect joins what was before to what comes after, across several removed nodes", () => {
    const { doc, ada } = start();
    const second = addNode(ada, { agent: "llm", position: { x: 0, y: 0 } });
    removeSelection(ada, { edgeIds: ["e2"] });
    connect(ada, { source: "ask", sourcePort: "text", target: second, targetPort: "context" });
    connect(ada, { source: second, sourcePort: "text", target: "out", targetPort: "value" });
    removeSelection(ada, { nodeIds: ["ask", second], reconnect: true });
    expect(graphOf(doc).edges).toMatchObject([
      { source: "in", sourcePort: "value", target: "out", targetPort: "value" },
    ]);
  });
});

describe("settings of a node", () => {
  test("a prompt is shared text that changes only where it differs", () => {
    const { doc, ada } = start();
    const text = configText(ada, "ask", "prompt");
    const seen: unknown[] = [];
    text?.observe((event) => seen.push(event.delta));
    setConfig(ada, {
      nodeId: "ask",
      path: ["prompt"],
      value: "Say {{ steps.input.value }}\nand {{steps.input.value}} twice",
    });
    expect(text?.toString()).toEndWith("twice");
    expect(seen).toEqual([[{ retain: 54 }, { delete: 5 }, { insert: "twice" }]]);
    expect(nodeNamed(doc, "ask").config.prompt).toEndWith("twice");
  });

  test("a value deep in a field is set, and removed with undefined", () => {
    const { doc, ada } = start();
    setConfig(ada, { nodeId: "out", path: ["fields", 0, "name"], value: "first" });
    setConfig(ada, { nodeId: "out", path: ["fields", 1], value: { name: "second" } });
    setConfig(ada, { nodeId: "out", path: ["fields", 0, "type"], value: "text" });
    expect(nodeNamed(doc, "out").config).toEqual({ fields: [{ name: "first", type: "text" }, { name: "second" }] });
    setConfig(ada, { nodeId: "out", path: ["fields", 0], value: undefined });
    expect(nodeNamed(doc, "out").config).toEqual({ fields: [{ name: "second" }] });
    setConfig(ada, { nodeId: "out", path: ["fields"], value: undefined });
    expect(nodeNamed(doc, "out").config).toEqual({});
  });

  test("a field that was a plain value becomes shared text with the same content", () => {
    const { doc, ada } = start();
    expect(configText(ada, "ask", "model")?.toString()).toBe("");
    expect(configText(ada, "ask", "model")).toBe(configText(ada, "ask", "model") as Y.Text);
    expect(configText(ada, "gone", "model")).toBeUndefined();
    expect(setConfig(ada, { nodeId: "gone", path: ["model"], value: "x" })).toBe(false);
    expect(nodeNamed(doc, "ask").config.model).toBe("");
  });
});

describe("keys", () => {
  test("a new key is followed by every template and expression, and by nothing else", () => {
    const { doc, ada } = start();
    const check = addNode(ada, {
      agent: "condition",
      position: { x: 0, y: 0 },
      config: { expression: "steps.input.value.score > 3 and value = 'steps.input'" },
    });
    setKey(ada, "in", "question");
    expect(nodeNamed(doc, "in").key).toBe("question");
    expect(nodeNamed(doc, "ask").config.prompt).toBe(
      "Say {{ steps.question.value }}\nand {{steps.question.value}} again",
    );
    expect(nodeNamed(doc, check).config.expression).toBe("steps.question.value.score > 3 and value = 'steps.input'");
  });

  test("a malformed or taken key is refused and nothing changes", () => {
    const { doc, ada } = start();
    const before = graphOf(doc);
    for (const key of ["ask", "1st", "a b", "", "x".repeat(61)])
      expect(refused(() => setKey(ada, "in", key)).code).toBe("bad_request");
    expect(graphOf(doc)).toEqual(before);
  });
});

describe("copy and paste", () => {
  test("what is pasted gets new ids and keys, and its references follow among themselves", () => {
    const { doc, ada } = start();
    const { nodeIds } = paste(ada, JSON.stringify(copy(ada, { nodeIds: ["in", "ask"] })), { x: 1000, y: 1000 });
    const [input, ask] = nodeIds.map((id) => nodeNamed(doc, id));
    expect([input?.key, ask?.key]).toEqual(["input2", "ask2"]);
    expect(ask?.config.prompt).toBe("Say {{ steps.input2.value }}\nand {{steps.input2.value}} again");
    expect(input?.position).toEqual({ x: 1000, y: 1000 });
    expect(ask?.position).toEqual({ x: 1300, y: 1000 });
    expect(graphOf(doc).edges.at(-1)).toMatchObject({ source: input?.id, target: ask?.id });
    expect(configText(ada, ask?.id ?? "", "prompt")).toBeInstanceOf(Y.Text);
  });

  test("keys that change places in a paste do not run into each other", () => {
    const { doc, ada } = start();
    const node = (id: string, key: string, prompt: string) => ({
      id,
      key,
      agent: "llm",
      name: key,
      config: { prompt },
    });
    const { nodeIds } = paste(ada, {
      nodes: [node("1", "ask", "{{ steps.ask2.text }}"), node("2", "ask2", "{{ steps.ask.text }}")],
    });
    const [first, second] = nodeIds.map((id) => nodeNamed(doc, id));
    expect([first?.key, second?.key]).toEqual(["ask2", "ask22"]);
    expect(first?.config.prompt).toBe(`{{ steps.${second?.key}.text }}`);
    expect(second?.config.prompt).toBe(`{{ steps.${first?.key}.text }}`);
  });

  test("duplicate puts a copy beside the original", () => {
    const { doc, ada } = start();
    const { nodeIds, noteIds } = duplicateSelection(ada, { nodeIds: ["ask"], noteIds: ["n1"] });
    expect(nodeNamed(doc, nodeIds[0] ?? "").position).toEqual({ x: 340, y: 40 });
    expect(graphOf(doc).notes.find(({ id }) => id === noteIds[0])?.text).toBe("Why");
  });

  test("a workflow from a chat is accepted: in a code fence, wrapped, with numbers as ids and without positions", () => {
    const { doc, ada } = start();
    const workflow = {
      name: "From a chat",
      graph: {
        nodes: [
          { id: 1, agent: "input" },
          { id: 2, agent: "llm" },
        ],
        edges: [{ source: 1, sourcePort: "value", target: 2, targetPort: "context" }],
      },
    };
    const { nodeIds } = paste(ada, `Here it is:\n\`\`\`json\n${JSON.stringify(workflow, null, 2)}\n\`\`\`\nEnjoy`);
    expect(nodeIds).toHaveLength(2);
    expect(new Set(nodeIds.map((id) => nodeNamed(doc, id).position.x)).size).toBe(2);
    expect(graphOf(doc).edges.at(-1)).toMatchObject({ source: nodeIds[0], target: nodeIds[1] });
  });

  test.each([
    ["no JSON", "hello"],
    ["a number", "42"],
    ["null", "null"],
    ["no nodes", '{"edges":[]}'],
    ["__proto__ in a config", '{"nodes":[{"id":"a","agent":"llm","config":{"__proto__":{"x":1}}}]}'],
    ["an unknown key in a node", '{"nodes":[{"id":"a","agent":"llm","onclick":"x"}]}'],
    ["two nodes with one id", '{"nodes":[{"id":"a","agent":"llm"},{"id":"a","agent":"llm"}]}'],
    ["endless nesting", `{"nodes":[{"id":"a","agent":"llm","config":{"x":${"[".repeat(5000)}${"]".repeat(5000)}}}]}`],
    ["a position that is no number", '{"nodes":[{"id":"a","agent":"llm","position":{"x":"1","y":null}}]}'],
    ["a label of 1 MB", JSON.stringify({ nodes: [{ id: "a", agent: "llm", name: "x".repeat(1_000_000) }] })],
    [
      "10,000 nodes",
      JSON.stringify({ nodes: Array.from({ length: 10_000 }, (_, at) => ({ id: `n${at}`, agent: "llm" })) }),
    ],
  ])("refuses %s with a sentence and changes nothing", (_what, text) => {
    const { doc, ada } = start();
    const before = Y.encodeStateAsUpdate(doc);
    const error = refused(() => paste(ada, text));
    expect(["bad_request", "payload_too_large"]).toContain(error.code);
    expect(error.message.length).toBeGreaterThan(10);
    expect(Y.encodeStateAsUpdate(doc)).toEqual(before);
  });
});

describe("the place of a paste", () => {
  test("what is pasted lies on no card that is there, and on none of an earlier paste", () => {
    const { doc, ada } = start();
    const text = JSON.stringify({
      nodes: [
        { id: "a", agent: "llm" },
        { id: "b", agent: "llm" },
      ],
    });
    for (let times = 0; times < 3; times += 1) paste(ada, text, { x: 0, y: 0 });
    const { nodes } = graphOf(doc);
    const pasted = nodes.slice(-6);
    const overlapping = pasted.flatMap((one) =>
      nodes.filter(
        (other) =>
          other.id !== one.id &&
          Math.abs(other.position.x - one.position.x) < 248 &&
          Math.abs(other.position.y - one.position.y) < 88,
      ),
    );
    expect(overlapping).toEqual([]);
  });

  test("connections that left what was copied are counted, and too many steps are told in numbers", () => {
    const { ada } = start();
    const edges = [{ source: "a", sourcePort: "text", target: "gone", targetPort: "context" }];
    expect(paste(ada, { nodes: [{ id: "a", agent: "llm" }], edges }).leftOut).toBe(1);
    const many = { nodes: Array.from({ length: 10_000 }, (_, at) => ({ id: `n${at}`, agent: "llm" })) };
    expect(() => paste(ada, many)).toThrow("10,000 steps; a workflow takes 5,000.");
  });
});

describe("notes, settings, layout", () => {
  test("a note is added, written, resized within its limits", () => {
    const { doc, ada } = start();
    const id = addNote(ada, { position: { x: 1, y: 1 }, text: "one" });
    editNote(ada, id, "one two");
    resizeNote(ada, id, { width: 1, height: 99_999, position: { x: 0, y: 0 } });
    expect(graphOf(doc).notes.at(-1)).toMatchObject({
      text: "one two",
      width: 40,
      height: 4000,
      position: { x: 0, y: 0 },
    });
    expect(noteText(ada, id)?.toString()).toBe("one two");
    editNote(ada, "gone", "x");
    expect(graphOf(doc).notes).toHaveLength(2);
  });

  test("settings change what is named", () => {
    const { doc, ada } = start();
    setSettings(ada, { timeoutMs: 1234 });
    expect(graphOf(doc).settings).toEqual({ timeoutMs: 1234 });
    setSettings(ada, {});
    expect(graphOf(doc).settings).toEqual({ timeoutMs: 1234 });
  });

  test("tidy puts every node right of what feeds it, and no card on another", () => {
    const { doc, ada } = start();
    for (let at = 0; at < 60; at += 1) {
      const id = addNode(ada, { agent: "output", position: { x: 0, y: 0 } });
      const from = graphOf(doc).nodes[(at * 7) % (at + 1)];
      if (from && from.id !== id)
        connect(ada, { source: from.id, sourcePort: "value", target: id, targetPort: "value" });
    }
    tidy(ada);
    const { nodes, edges } = graphOf(doc);
    const at = new Map(nodes.map((node) => [node.id, node.position]));
    for (const edge of edges) expect(at.get(edge.target)?.x ?? 0).toBeGreaterThan((at.get(edge.source)?.x ?? 0) + 240);
    for (const a of nodes)
      for (const b of nodes)
        if (a !== b && Math.abs(a.position.x - b.position.x) < 240)
          expect(Math.abs(a.position.y - b.position.y)).toBeGreaterThanOrEqual(96);
    const once = graphOf(doc);
    expect(Math.min(...once.nodes.map(({ position }) => position.y))).toBe(0);
  });

  test("tidy copes with a cycle", () => {
    const { doc, ada } = start();
    connect(ada, { source: "ask", sourcePort: "text", target: "in", targetPort: "value" });
    tidy(ada);
    expect(new Set(graphOf(doc).nodes.map(({ position }) => position.x)).size).toBe(3);
  });
});
