import type { Execute } from "../agents/agent.ts";
import type { Catalogue } from "../agents/catalogue.ts";
import { AppError } from "../errors.ts";
import { compile } from "../graph/compile.ts";
import type { Plan } from "../graph/plan.ts";
import type { ExecutionId, VersionId, WorkflowId, WorkspaceId } from "../ids.ts";
import { equalJson } from "../json.ts";
import type { Graph, GraphNode } from "../schemas/graph.ts";
import type { Principal, Trigger } from "../schemas/principal.ts";
import type { ComparisonMode, RecordedStep, Recording, TestResult } from "../schemas/testCase.ts";
import { noNudges, type StepPorts } from "./deps.ts";
import { isSameWork } from "./fork.ts";
import { runExecution } from "./loop.ts";
import { createMemoryStore } from "./memoryStore.ts";
import type { Clock } from "./ports.ts";
import { thrownAgain } from "./recorded.ts";
import { locate } from "./scope.ts";
import { queuedEvents } from "./start.ts";
import type { ExecutionState } from "./state.ts";
import { nodeIdOf } from "./stepKey.ts";
import { judge } from "./testVerdict.ts";
import { causesOf } from "./units.ts";

export interface TestRequest {
  readonly recording: Recording;
  /** The graph of the recording, and the one that is tested. */
  readonly recordedGraph: Graph;
  readonly graph: Graph;
  readonly mode: ComparisonMode;
  readonly executionId: ExecutionId;
  readonly by: Principal;
}

export interface TestDeps {
  readonly clock: Clock;
  readonly catalogue: Catalogue;
  readonly executors: Readonly<Record<string, Execute>>;
  readonly ports: StepPorts;
}

/**
 * Runs a graph in memory on the input of a recording and holds the end against the recorded one. Steps that ask somebody (a model,
 * a person) are answered from the recording as long as they, what arrives at them and everything before them are as they were;
 * otherwise their work is done, and the result says so.
 */
export async function runTest(request: TestRequest, deps: TestDeps): Promise<TestResult> {
  const { recording, graph, mode } = request;
  const began = deps.clock.now();
  const { plan, diagnostics } = compile(graph, deps.catalogue);
  if (plan === null) {
    const wrong = diagnostics.find(({ severity }) => severity === "error");
    const reason = `The workflow cannot run: ${wrong?.message ?? "it has errors."}`;
    return { passed: false, reason, differences: [], status: null, live: [], recorded: [], durationMs: 0 };
  }
  const answers = recordedAnswers(request, plan);
  const state = await run(request, deps, answers.wrap);
  const verdict = judge(recording, state, mode);
  return { ...verdict, ...answers.told(), durationMs: Math.round(deps.clock.now() - began) };
}

async function run(
  { recording, graph, executionId, by }: TestRequest,
  { clock, catalogue, executors, ports }: TestDeps,
  wrap: (real: Execute) => Execute,
): Promise<ExecutionState> {
  const tested = onceOnly(graph, recording);
  const store = createMemoryStore({ clock, graphOf: () => tested });
  const trigger: Trigger = { kind: "test", by };
  await store.create(
    { ...nowhere, id: executionId },
    queuedEvents({ input: recording.input, trigger, at: clock.now() }),
    null,
  );
  const [claimed] = await store.claim("test", 1);
  if (claimed === undefined) throw new AppError("internal", "The test was not there to be run.");
  const wrapped = Object.entries(executors).map(([kind, real]) => [kind, wrap(real)]);
  return runExecution(
    claimed,
    {
      store,
      clock,
      catalogue,
      feed: { publish: () => {} },
      executors: Object.fromEntries(wrapped),
      contextFor: () => ports,
    },
    { stop: clock.newAbort().signal, cancel: clock.newAbort().signal, nudges: noNudges },
  );
}

const nowhere = {
  workspaceId: "" as WorkspaceId,
  workflowId: "" as WorkflowId,
  versionId: "" as VersionId,
};

/** What failed for good in the recording is not tried again: its answer would be the same. */
function onceOnly(graph: Graph, { steps }: Recording): Graph {
  const failed = new Set(
    Object.entries(steps).flatMap(([key, { status }]) => (status === "failed" ? [nodeIdOf(key)] : [])),
  );
  const { budget: _budget, concurrency: _concurrency, ...settings } = graph.settings;
  const nodes = graph.nodes.map(({ budget: _ofStep, ...node }): GraphNode => {
    if (!failed.has(node.id)) return node;
    return { ...node, retry: { maxAttempts: 1, initialDelayMs: 0, factor: 1, maxDelayMs: 0, jitter: 0 } };
  });
  return { ...graph, settings, nodes };
}

function recordedAnswers({ recording, recordedGraph, graph }: TestRequest, plan: Plan) {
  const was = new Map<string, GraphNode>(recordedGraph.nodes.map((node) => [node.id, node]));
  const is = new Map<string, GraphNode>(graph.nodes.map((node) => [node.id, node]));
  const causes = causesOf(graph);
  const different = new Set<string>();
  const live: string[] = [];
  const recorded: string[] = [];

  /** Of a step to which nothing has happened that could lead to another answer. */
  function answerOf(stepKey: string, inputs: RecordedStep["inputs"]): RecordedStep | null {
    const known = Object.hasOwn(recording.steps, stepKey) ? recording.steps[stepKey] : undefined;
    const [before, now] = [was.get(nodeIdOf(stepKey)), is.get(nodeIdOf(stepKey))];
    if (known === undefined || before === undefined || now === undefined || !isSameWork(before, now)) return null;
    if (known.status !== "succeeded" && known.status !== "failed") return null;
    if (!equalJson(known.inputs ?? {}, inputs ?? {})) return null;
    for (const source of causes(nodeIdOf(stepKey))) if (different.has(source)) return null;
    return known;
  }

  return {
    told: () => ({ live, recorded }),
    wrap(real: Execute): Execute {
      return async (config, inputs, context) => {
        const { stepKey } = context;
        const answer = locate(plan, stepKey)?.node.definition.local === true ? null : answerOf(stepKey, inputs);
        if (answer !== null) {
          recorded.push(stepKey);
          if (answer.status === "failed" && answer.error !== null) throw thrownAgain(answer.error);
          return { outputs: answer.outputs ?? {} };
        }
        live.push(stepKey);
        const result = await real(config, inputs, context);
        const isContainer = "iterate" in result && result.iterate !== undefined;
        const known = Object.hasOwn(recording.steps, stepKey) ? recording.steps[stepKey] : undefined;
        if (!isContainer && !equalJson(known?.outputs ?? undefined, result.outputs)) different.add(nodeIdOf(stepKey));
        return result;
      };
    },
  };
}
