import type { GraphInput } from "#src/schemas/graph.ts";

type Node = GraphInput["nodes"][number];
interface Sketch {
  readonly agent: string;
  readonly config?: Node["config"];
  readonly parent?: string;
  readonly timeoutMs?: number;
}

/** As a person would have drawn it, but for the places of the nodes. Retries are quick: time is not what is tried here. */
function drawn(nodes: Readonly<Record<string, Sketch>>, edges: readonly string[]): GraphInput {
  return {
    nodes: Object.entries(nodes).map(([id, { agent, config = {}, parent, timeoutMs }], at) => ({
      id: id as never,
      key: id,
      agent,
      name: id,
      position: { x: at * 200, y: 0 },
      config,
      retry: { maxAttempts: 8, initialDelayMs: 50, factor: 2, maxDelayMs: 500, jitter: 0.5 },
      ...(parent === undefined ? {} : { parent: parent as never }),
      ...(timeoutMs === undefined ? {} : { timeoutMs }),
      ...(agent === "forEach" ? { size: { width: 600, height: 300 } } : {}),
    })),
    edges: edges.map((edge, at) => {
      const [from = "", to = ""] = edge.split(" -> ");
      const [source = "", sourcePort = ""] = from.split(".");
      const [target = "", targetPort = ""] = to.split(".");
      return { id: `e${at}` as never, source: source as never, sourcePort, target: target as never, targetPort };
    }),
  };
}

const input: Sketch = { agent: "input", config: { fields: [] } };
const output: Sketch = { agent: "output" };
/** A call of the ledger: the effect of all these workflows. */
const call: Sketch = { agent: "llm", config: { provider: "compatible", model: "test", prompt: "Note this." } };

/** `length` calls one after the other. */
export function chain(length: number): GraphInput {
  const calls = Array.from({ length }, (_, at) => `call${at}`);
  const edges = calls.slice(1).map((id, at) => `call${at}.text -> ${id}.context`);
  return drawn({ in: input, ...Object.fromEntries(calls.map((id) => [id, call])), out: output }, [
    "in.value -> call0.context",
    ...edges,
    `call${length - 1}.text -> out.value`,
  ]);
}

/** One call with a limit of its own. */
export const timedCall = (timeoutMs: number): GraphInput =>
  drawn({ in: input, call0: { ...call, timeoutMs }, out: output }, [
    "in.value -> call0.context",
    "call0.text -> out.value",
  ]);

/** Three calls side by side and their join. */
export const branches = (): GraphInput =>
  drawn({ in: input, a: call, b: call, c: call, join: { agent: "merge" }, out: output }, [
    ...["a", "b", "c"].flatMap((id) => [`in.value -> ${id}.context`, `${id}.text -> join.value`]),
    "join.items -> out.value",
  ]);

/** A call for each item of the input. */
export const fanOut = (parallel: number): GraphInput =>
  drawn(
    {
      in: input,
      each: { agent: "forEach", config: { items: "", parallel, onItemError: "fail" } },
      one: { ...call, parent: "each" },
      out: output,
    },
    ["in.value -> each.items", "each.item -> one.context", "one.text -> each.result", "each.results -> out.value"],
  );

/** A call, a wait of some seconds, a call. */
export const timer = (seconds: number): GraphInput =>
  drawn(
    {
      in: input,
      before: call,
      rest: { agent: "wait", config: { mode: "for", duration: `${seconds} s` } },
      after: call,
      out: output,
    },
    [
      "in.value -> before.context",
      "before.text -> rest.value",
      "rest.value -> after.context",
      "after.text -> out.value",
    ],
  );

/** A person is asked; the call is what the approval is about. */
export const approval = (deadline = ""): GraphInput =>
  drawn(
    {
      in: input,
      ask: { agent: "approval", config: { title: "Go on?", deadline } },
      after: call,
      late: output,
      out: output,
    },
    ["in.value -> ask.value", "ask.approved -> after.context", "after.text -> out.value", "ask.expired -> late.value"],
  );

/** No call: what the engine itself does. */
export const echo = (): GraphInput => drawn({ in: input, out: output }, ["in.value -> out.value"]);
