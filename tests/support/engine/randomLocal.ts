import fc from "fast-check";
import type { AgentDefinition } from "#src/agents/agent.ts";
import { type Catalogue, catalogueOf } from "#src/agents/catalogue.ts";
import { AppError } from "#src/errors.ts";
import type { Graph } from "#src/schemas/graph.ts";
import { testCatalogue, testExecutors, type Work, workAgent } from "./agents.ts";
import { randomContainers } from "./randomContainers.ts";
import { type RandomCase, randomCase, tame } from "./randomGraphs.ts";

/** `work` that stays in the process. */
const glueAgent: AgentDefinition = { ...(workAgent as AgentDefinition), kind: "glue", local: true };
const kinds = [...Object.keys(testExecutors()), "glue"];

const of = (kind: string) => (kind === "glue" ? glueAgent : testCatalogue.get(kind));
export const withLocal: Catalogue = catalogueOf(kinds.flatMap((kind) => of(kind) ?? []));
/** The same agents, and none of them may run ahead. */
export const withoutLocal: Catalogue = catalogueOf(
  kinds.flatMap((kind) => {
    const { local: _local, ...definition } = of(kind) ?? glueAgent;
    return { ...definition, kind } as AgentDefinition;
  }),
);
export const localKinds = kinds;

export const executorsOf = (work: Work) => {
  const executors = testExecutors(work);
  return { ...executors, glue: executors.work ?? fail() };
};
function fail(): never {
  throw new Error("No such agent");
}

type Kind = "work" | "glue" | "ask" | "ask later";

/** Some nodes of it stay in the process, and some wait. An hour to run, for who comes after a crash comes late. */
function someLocal(graph: Graph, picks: readonly Kind[]): Graph {
  return {
    ...graph,
    settings: { ...graph.settings, timeoutMs: 3_600_000 },
    nodes: graph.nodes.map((node, at) => {
      const kind = picks[at] ?? "work";
      if (node.agent !== "work" || kind === "work") return node;
      if (kind === "glue") return { ...node, agent: "glue" };
      return { ...node, agent: "ask", config: { inMs: kind === "ask" ? 500 : 5_000 } };
    }),
  } as Graph;
}
const picks: fc.Arbitrary<readonly Kind[]> = fc.array(
  fc.oneof(
    { weight: 5, arbitrary: fc.constantFrom<Kind>("work", "glue") },
    { weight: 1, arbitrary: fc.constantFrom<Kind>("ask", "ask later") },
  ),
  { minLength: 24, maxLength: 24 },
);

/** Nodes fail where nobody else's end depends on when they do: their error goes on, or default values do. */
const tameFailing = fc
  .tuple(randomCase(tame), picks, fc.array(fc.nat(7), { minLength: 12, maxLength: 12 }))
  .map(([one, isLocal, chances]): RandomCase => {
    const behaviours = new Map(one.behaviours);
    const nodes = one.graph.nodes.map((node, at) => {
      const chance = chances[at] ?? 7;
      if (chance > 1) return node;
      behaviours.set(node.id, { does: chance === 0 ? "throw" : "reject" });
      return { ...node, onError: at % 2 === 0 ? "port" : "default" } as typeof node;
    });
    return { behaviours, graph: someLocal({ ...one.graph, nodes }, isLocal) };
  });
export const tameLocal: fc.Arbitrary<RandomCase> = tameFailing;

export const someOf = (cases: fc.Arbitrary<RandomCase>): fc.Arbitrary<RandomCase> =>
  fc.tuple(cases, picks).map(([one, isLocal]) => ({ ...one, graph: someLocal(one.graph, isLocal) }));

/** Frames in frames; a for-each has up to four items. Nothing in them depends on who is first. */
export const localContainers: fc.Arbitrary<Graph> = fc
  .tuple(randomContainers, picks, fc.array(fc.nat(4), { minLength: 24, maxLength: 24 }))
  .map(([graph, isLocal, items]) =>
    someLocal(
      {
        ...graph,
        nodes: graph.nodes.map((node, at) => {
          if (node.agent === "forEach")
            return { ...node, config: { ...node.config, items: `[1..${items[at] ?? 1}]`, onItemError: "continue" } };
          if (node.agent === "merge") return { ...node, config: { mode: "all" } };
          return node;
        }) as Graph["nodes"],
      },
      isLocal,
    ),
  );

/** Of a step inside frames, by its key alone: most succeed, some put nothing out, some fail. */
export const workByKey =
  (mayFail: boolean): Work =>
  (_inputs, { stepKey }) => {
    let sum = 7;
    for (const letter of stepKey) sum = (sum * 31 + letter.charCodeAt(0)) % 1_000_003;
    if (mayFail && sum % 6 === 0 && stepKey.includes("/")) throw new AppError("model_rejected", "No");
    return sum % 5 === 0 ? {} : { out: stepKey };
  };
