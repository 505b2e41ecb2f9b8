import { describe, expect, test } from "bun:test";
import { catalogue } from "#src/agents/registry.ts";
import { compile } from "#src/graph/compile.ts";
import type { Diagnostic } from "#src/schemas/diagnostic.ts";
import type { Graph, GraphNode } from "#src/schemas/graph.ts";
import { defaultRetryPolicy } from "#src/schemas/retryPolicy.ts";
import { testCatalogue } from "#tests/support/engine/agents.ts";
import { chain, type NodeSketch, sketch } from "#tests/support/engine/graphs.ts";

const compiled = (graph: Graph) => compile(graph, testCatalogue);
/** `code@place`, place being field, edge or node. */
const short = ({ code, nodeId, edgeId, field }: Diagnostic) =>
  [code, [edgeId ?? nodeId, field].filter((part) => part !== undefined).join(":")]
    .filter((part) => part !== "")
    .join("@");
const errorsOf = (graph: Graph) => {
  const { plan, diagnostics } = compiled(graph);
  const errors = diagnostics.filter(({ severity }) => severity === "error");
  expect(plan === null).toBe(errors.length > 0);
  return errors.map(short);
};
const warningsOf = (graph: Graph) =>
  compiled(graph)
    .diagnostics.filter(({ severity }) => severity === "warning")
    .map(short);
const typed = (config: NodeSketch["config"], more: NodeSketch = {}): NodeSketch => ({
  agent: "typed",
  config,
  ...more,
});

describe("a good graph", () => {
  test("becomes a plan in topological order with the default retry policy", () => {
    const graph = sketch(
      { out: "output", work: "work", in: { agent: "input", retry: { maxAttempts: 1 } }, alone: { timeoutMs: 5 } },
      ["in.value -> work.in", "work.out -> out.value"],
    );
    const { plan, diagnostics } = compiled(graph);
    expect(diagnostics).toEqual([]);
    expect(plan?.nodes.map((node) => node.key)).toEqual(["in", "alone", "work", "out"]);
    expect(plan?.places.get("work")?.at(-1)?.retry).toEqual(defaultRetryPolicy);
    expect(plan?.places.get("in")?.at(-1)?.retry.maxAttempts).toBe(1);
    expect(plan?.places.get("alone")?.at(-1)?.timeoutMs).toBe(5);
    expect(plan?.results).toMatchObject({ kind: "outputs", nodes: [{ key: "out" }] });
    expect(plan?.timeoutMs).toBe(3_600_000);
  });

  test("without an Output node its results are its ends", () => {
    const { plan } = compiled(sketch({ a: "work", b: "work", c: "work" }, ["a -> b"]));
    expect(plan?.results.nodes.map((node) => node.key)).toEqual(["c", "b"]);
  });

  test("knows which upstream steps each node reads", () => {
    const { plan } = compiled(
      sketch(
        {
          a: "work",
          b: "work",
          c: { config: { say: "{{ steps.a.out }}" } },
          d: { config: { say: "{{ steps }}" } },
          e: { config: { say: "{{ inputs.in[$$.steps.b.out = 1] }}" } },
        },
        ["a -> b", "b -> c", "c -> d", "d -> e"],
      ),
    );
    expect(plan?.nodes.map((node) => node.reads.map(({ index }) => index))).toEqual([
      [],
      [],
      [0],
      [0, 1, 2],
      [0, 1, 2, 3],
    ]);
  });

  test("a config without templates is checked once and for all, one with templates in the step", () => {
    const { plan } = compiled(sketch({ a: typed({ prompt: "hello" }), b: typed({ prompt: "{{ execution.id }}" }) }));
    expect(plan?.places.get("a")?.at(-1)?.ready?.config).toMatchObject({ prompt: "hello", level: "low", count: 1 });
    expect(plan?.places.get("b")?.at(-1)?.ready).toBeNull();
  });
});

describe("the shape of a graph", () => {
  test("an empty graph is refused", () => {
    expect(errorsOf(sketch({}))).toEqual(["empty_graph"]);
  });

  test("10,000 nodes are refused with one diagnostic that names the limit", () => {
    const one = sketch({ a: "work" }).nodes[0] as GraphNode;
    const nodes = Array.from({ length: 10_000 }, () => one);
    const { diagnostics } = compiled({ ...sketch({}), nodes });
    expect(diagnostics.map(short)).toEqual(["too_many_nodes"]);
    expect(diagnostics[0]?.message).toContain("10000 nodes; the limit is 5000");
  });

  test("too many connections are refused", () => {
    const graph = sketch({ a: "work", b: "work" }, ["a -> b"]);
    const edge = graph.edges[0];
    if (edge === undefined) throw new Error("no edge");
    expect(errorsOf({ ...graph, edges: Array.from({ length: 20_001 }, () => edge) })).toEqual(["too_many_nodes"]);
  });

  test("two nodes of one id, and two of one key, are named", () => {
    const graph = sketch({ a: "work", b: { key: "a" } });
    const [a] = graph.nodes;
    if (a === undefined) throw new Error("no node");
    expect(errorsOf(graph)).toEqual(["duplicate_key@b"]);
    expect(errorsOf({ ...graph, nodes: [a, { ...a, key: "other" }] })).toEqual(["duplicate_node_id@a"]);
  });

  test("an agent that the catalogue does not have is named", () => {
    expect(errorsOf(sketch({ a: "teleport" }))).toEqual(["unknown_agent@a"]);
  });

  test("a connection without one of its ends is named", () => {
    expect(errorsOf(sketch({ a: "work" }, ["a -> gone", "gone -> a"]))).toEqual([
      "dangling_edge@e0",
      "dangling_edge@e1",
    ]);
  });

  test("each cycle is named with all its nodes, and only those", () => {
    const graph = sketch({ a: "work", b: "work", c: "work", d: "work", e: "work" }, [
      "a -> b",
      "b -> c",
      "c -> b",
      "c -> d",
      "e -> e",
    ]);
    expect(errorsOf(graph)).toEqual(["cycle@b", "cycle@c", "cycle@e"]);
  });

  test("a cycle as long as a graph may be ends in a diagnostic, not in a full stack", () => {
    const graph = chain(5_000);
    const edge = graph.edges[0];
    if (edge === undefined) throw new Error("no edge");
    const back = { ...edge, source: "n4999" as typeof edge.source, target: "n0" as typeof edge.target };
    expect(errorsOf({ ...graph, edges: [...graph.edges, back] })).toHaveLength(5_000);
  });
});

describe("ports", () => {
  test("unknown ports on either end are named", () => {
    const graph = sketch({ a: "work", b: "work" }, ["a.nope -> b.in", "a.out -> b.nope"]);
    expect(errorsOf(graph)).toEqual(["unknown_port@e0", "unknown_port@e1"]);
  });

  test("types that do not fit are named; `any` fits everything", () => {
    const config = { prompt: "x" };
    const graph = sketch({ a: typed(config), b: typed(config), c: "work" }, [
      "a.text -> b.amount",
      "a.amount -> c.in",
      "c.out -> b.text",
    ]);
    expect(errorsOf(sketch({ a: typed(config), b: typed(config) }, ["a.text -> b.amount"]))).toEqual([
      "port_type_mismatch@e0",
    ]);
    expect(compiled(graph).diagnostics.map(({ message }) => message)[0]).toBe(
      "“text” gives text, but “amount” takes a number.",
    );
  });

  test("a second connection is refused at a port that takes one and welcome at one that takes many", () => {
    const nodes = { a: "input", b: "input", many: "work", one: "output" };
    expect(errorsOf(sketch(nodes, ["a.value -> many.in", "b.value -> many.in", "a.value -> one.value"]))).toEqual([]);
    expect(errorsOf(sketch(nodes, ["a.value -> one.value", "b.value -> one.value"]))).toEqual(["port_taken@e1"]);
  });

  test("a required port without a connection is named", () => {
    expect(errorsOf(sketch({ a: "output" }))).toEqual(["missing_connection@a"]);
  });
});

describe("settings", () => {
  test("a missing one, an empty one, a wrong one and an unknown one are named by their path", () => {
    expect(errorsOf(sketch({ a: typed({}) }))).toEqual(["config_missing@a:prompt"]);
    expect(errorsOf(sketch({ a: typed({ prompt: "" }) }))).toEqual(["config_missing@a:prompt"]);
    expect(errorsOf(sketch({ a: typed({ prompt: "x", count: -1, level: "middle" }) }))).toEqual([
      "config_invalid@a:level",
      "config_invalid@a:count",
    ]);
    expect(errorsOf(sketch({ a: typed({ prompt: "x", colour: "red" }) }))).toEqual(["config_invalid@a:colour"]);
    expect(errorsOf(sketch({ a: typed({ prompt: "x", rules: [{ when: "a", give: "b" }, { when: "a" }] }) }))).toEqual([
      "config_missing@a:rules.1.give",
    ]);
  });

  test("a template may stand where a number or a choice is expected", () => {
    const config = { prompt: "x", count: "{{ execution.input.n }}", level: "{{ execution.input.level }}" };
    expect(errorsOf(sketch({ a: typed(config) }))).toEqual([]);
    expect(errorsOf(sketch({ a: typed({ ...config, count: "many" }) }))).toEqual(["config_invalid@a:count"]);
  });

  test("in a disabled node what is unfinished is only a warning", () => {
    const graph = sketch({ a: typed({}, { disabled: true }), b: { agent: "output", disabled: true } });
    expect(errorsOf(graph)).toEqual([]);
    expect(warningsOf(graph)).toEqual(["config_missing@a:prompt", "missing_connection@b"]);
  });

  test("settings nested without end are named, not walked", () => {
    const config = { prompt: "x", rules: JSON.parse(`${"[".repeat(50_000)}${"]".repeat(50_000)}`) };
    const graph = sketch({ a: "typed" });
    const [node] = graph.nodes;
    if (node === undefined) throw new Error("no node");
    expect(errorsOf({ ...graph, nodes: [{ ...node, config }] })).toEqual(["config_invalid@a"]);
  });

  test("`__proto__` as a setting is a wrong setting, nothing more", () => {
    const config = JSON.parse('{ "prompt": "x", "__proto__": { "polluted": "{{ steps.gone }}" } }');
    const graph = sketch({ a: "typed" });
    const [node] = graph.nodes;
    if (node === undefined) throw new Error("no node");
    expect(() => compiled({ ...graph, nodes: [{ ...node, config }] })).not.toThrow();
    expect(Object.hasOwn(Object.prototype, "polluted")).toBe(false);
  });
});

describe("references", () => {
  const reading = (text: string, field = "prompt") =>
    sketch({ a: typed({ prompt: "x" }), b: "work", other: "work", c: typed({ prompt: "x", [field]: text }) }, [
      "a.text -> b.in",
      "b.out -> c.text",
    ]);

  test("what is upstream, what arrives and the execution itself may be read", () => {
    expect(
      errorsOf(reading("{{ steps.a.text }} {{ steps.b.out.any.thing }} {{ inputs.text }} {{ execution.input }}")),
    ).toEqual([]);
  });

  test("a syntax error is named with its field", () => {
    expect(errorsOf(reading("{{ steps.a. }}"))).toEqual(["expression_syntax@c:prompt"]);
    expect(errorsOf(reading("(1 + ", "script"))).toEqual(["expression_syntax@c:script"]);
  });

  test("an unknown step, output, input or word of the execution is named", () => {
    expect(errorsOf(reading("{{ steps.gone.text }}"))).toEqual(["unknown_reference@c:prompt"]);
    expect(errorsOf(reading("{{ steps.a.nope }}"))).toEqual(["unknown_reference@c:prompt"]);
    expect(errorsOf(reading("{{ inputs.nope }}"))).toEqual(["unknown_reference@c:prompt"]);
    expect(errorsOf(reading("{{ execution.nope }}"))).toEqual(["unknown_reference@c:prompt"]);
  });

  test("an input that nothing is connected to is worth a warning", () => {
    expect(warningsOf(reading("{{ inputs.amount }}"))).toEqual(["unknown_reference@c:prompt"]);
  });

  test("a step that does not come before cannot be read, and neither can the node itself", () => {
    expect(errorsOf(reading("{{ steps.other.out }}"))).toEqual(["reference_not_upstream@c:prompt"]);
    expect(errorsOf(reading("{{ steps.c.text }}"))).toEqual(["reference_not_upstream@c:prompt"]);
  });

  test("in an expression field only `steps` is checked: other names may be in the value at hand", () => {
    expect(errorsOf(reading("price * quantity + inputs.whatever", "script"))).toEqual([]);
    expect(errorsOf(reading("steps.gone.text", "script"))).toEqual(["unknown_reference@c:script"]);
  });

  test("code is left alone", () => {
    expect(errorsOf(reading("const x = {{ steps.gone", "code"))).toEqual([]);
  });
});

test("a node that only disabled ones lead to is reported as unreachable", () => {
  const graph = sketch({ a: { disabled: true }, b: "work", c: "work", d: "work" }, ["a -> b", "b -> c", "d -> c"]);
  expect(warningsOf(graph)).toEqual(["unreachable@b"]);
});

describe("a budget", () => {
  test.each([["tokens"], ["dollars"], ["timeMs"], ["steps"]])("of zero %s is an error, for a run", (name) => {
    const settings = { budget: { [name]: 0 } };
    expect(errorsOf(sketch({ a: "work" }, [], settings))).toHaveLength(1);
  });

  test("of zero is an error for a step, at its node", () => {
    expect(errorsOf(sketch({ a: { budget: { dollars: 0 } } }))).toEqual(["budget_invalid@a"]);
  });

  test("of time that is not below the time limit would never pause a run: a warning", () => {
    const settings = (timeMs: number) => ({ timeoutMs: 60_000, budget: { timeMs } });
    expect(warningsOf(sketch({ a: "work" }, [], settings(60_000)))).toHaveLength(1);
    expect(warningsOf(sketch({ a: "work" }, [], settings(59_999)))).toEqual([]);
  });

  test("that makes no sense for an agent is worth a warning, and nothing for one where it does", () => {
    const of = (agent: string, config: object) =>
      sketch({ a: { agent, config: config as never, budget: { tokens: 5, timeMs: 5 } } });
    const warnings = (graph: Graph) => compile(graph, catalogue).diagnostics.map(({ code }) => code);
    expect(warnings(of("input", {}))).toEqual(["budget_invalid", "budget_invalid"]);
    expect(warnings(of("llm", { provider: "offline", prompt: "Hello" }))).toEqual([]);
  });
});
