// Runs in LangGraph's install folder. Graphs of plain functions, every step checkpointed in Postgres before the next (durability: sync).
import { Annotation, END, START, StateGraph } from "@langchain/langgraph";
import { PostgresSaver } from "@langchain/langgraph-checkpoint-postgres";

const request = JSON.parse(process.argv[2]);
const State = Annotation.Root({ value: Annotation({ reducer: (a, b) => a + b, default: () => 0 }) });
const checkpointer = PostgresSaver.fromConnString(request.url);
await checkpointer.setup();

let threads = 0;
const options = (steps) => ({
  configurable: { thread_id: `thread ${++threads}` },
  durability: "sync",
  recursionLimit: steps + 10,
});

function chain(steps) {
  const graph = new StateGraph(State);
  for (let step = 0; step < steps; step++) graph.addNode(`n${step}`, async () => ({ value: 1 }));
  graph.addEdge(START, "n0");
  for (let step = 1; step < steps; step++) graph.addEdge(`n${step - 1}`, `n${step}`);
  return graph.addEdge(`n${steps - 1}`, END).compile({ checkpointer });
}

function fan(branches, ms) {
  const graph = new StateGraph(State);
  const names = Array.from({ length: branches }, (_, index) => `b${index}`);
  for (const name of names) {
    graph.addNode(name, async () => {
      await new Promise((resolve) => setTimeout(resolve, ms));
      return { value: 1 };
    });
  }
  graph.addNode("join", async () => ({ value: 0 }));
  for (const name of names) graph.addEdge(START, name);
  return graph.addEdge(names, "join").addEdge("join", END).compile({ checkpointer });
}

async function once(graph, { steps, expected }) {
  const begun = performance.now();
  const { value } = await graph.invoke({ value: 0 }, options(steps));
  if (value !== expected) throw new Error(`The graph gave ${value}, not ${expected}.`);
  return performance.now() - begun;
}

async function rounds(graph, how) {
  const samples = [];
  for (let round = -request.warmUps; round < request.rounds; round++) {
    const ms = await once(graph, how);
    if (round >= 0) samples.push(ms);
  }
  return samples;
}

const kinds = {
  sequence: () => rounds(chain(request.steps), { steps: request.steps, expected: request.steps }),
  branches: () => rounds(fan(request.branches, request.ms), { steps: 3, expected: request.branches }),
  async many() {
    const graph = chain(request.steps);
    const how = { steps: request.steps, expected: request.steps };
    await Promise.all(Array.from({ length: 10 }, () => once(graph, how)));
    const begun = performance.now();
    await Promise.all(Array.from({ length: request.executions }, () => once(graph, how)));
    return request.executions / ((performance.now() - begun) / 1000);
  },
};
console.log(JSON.stringify({ result: await kinds[request.kind]() }));
await checkpointer.end();
