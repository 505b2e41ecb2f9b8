import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { createVirtualClock } from "#server/services/travel/virtualClock.ts";
import type { Execute } from "#src/agents/agent.ts";
import type { Catalogue } from "#src/agents/catalogue.ts";
import { loopCheckDefinition } from "#src/agents/loop/definition.ts";
import { compareExecutions } from "#src/engine/compare.ts";
import { noNudges } from "#src/engine/deps.ts";
import { runExecution } from "#src/engine/loop.ts";
import type { ExecutionStore, Lease } from "#src/engine/ports.ts";
import { reduce, reduceAll } from "#src/engine/reduce.ts";
import { replayExecution } from "#src/engine/replay.ts";
import { type ExecutionState, initialState, isEnded } from "#src/engine/state.ts";
import { AppError } from "#src/errors.ts";
import type { ExecutionEvent } from "#src/schemas/executionEvent.ts";
import type { Graph } from "#src/schemas/graph.ts";
import type { Work } from "#tests/support/engine/agents.ts";
import { randomCase, wild, workOf } from "#tests/support/engine/randomGraphs.ts";
import {
  executorsOf,
  localContainers,
  localKinds,
  someOf,
  tameLocal,
  withLocal,
  withoutLocal,
  workByKey,
} from "#tests/support/engine/randomLocal.ts";
import { engineRig, newExecution, type RigOptions, someone } from "#tests/support/engine/rig.ts";
import { forEver } from "#tests/support/engine/works.ts";
import { type FakeClock, fakeClock } from "#tests/support/fakeClock.ts";

interface One {
  readonly graph: Graph;
  readonly work: (clock: FakeClock) => Work;
}

const plain: fc.Arbitrary<One> = tameLocal.map((one) => ({
  graph: one.graph,
  work: (clock) => workOf(one, clock.sleep),
}));
/** Whatever its steps do: which of two failures comes first may decide. */
const rough: fc.Arbitrary<One> = someOf(randomCase(wild)).map((one) => ({
  graph: one.graph,
  work: (clock) => workOf(one, clock.sleep),
}));
const framed: fc.Arbitrary<One> = localContainers.map((graph) => ({ graph, work: () => workByKey(false) }));
const framedFailing: fc.Arbitrary<One> = localContainers.map((graph) => ({ graph, work: () => workByKey(true) }));
const sameWhoeverIsFirst = fc.oneof(plain, framed);
const any = fc.oneof(plain, rough, framed, framedFailing);

interface Options {
  readonly born: boolean;
  readonly catalogue?: Catalogue;
  readonly wrapStore?: RigOptions["wrapStore"];
  /** Told of each attempt as it begins. */
  readonly begins?: (attempt: { readonly kind: string; readonly stepKey: string; readonly attempt: number }) => void;
}

function rigOf({ graph, work }: One, { born, catalogue = withLocal, wrapStore, begins }: Options) {
  const clock = fakeClock();
  const executors = Object.entries(executorsOf(work(clock))).map(([kind, execute]): [string, Execute] => [
    kind,
    async (config, inputs, context) => {
      begins?.({ kind, stepKey: context.stepKey, attempt: context.attempt });
      return execute(config, inputs, context);
    },
  ]);
  return engineRig(graph, {
    ...{ clock, born, deps: { catalogue, executors: Object.fromEntries(executors) } },
    ...(wrapStore === undefined ? {} : { wrapStore }),
  });
}

type Rig = Awaited<ReturnType<typeof engineRig>>;

/** Also where it waits in between. */
async function ended(rig: Rig, first?: Promise<ExecutionState>): Promise<ExecutionState> {
  let state = await (first === undefined ? rig.run() : rig.clock.drive(first));
  while (state.status === "waiting") {
    await rig.clock.advance(10_000);
    state = await rig.run();
  }
  return state;
}

/** What does not depend on how often somebody tried. */
const outcomeOf = (state: ExecutionState) => ({
  status: state.status,
  output: state.output,
  error: state.error,
  steps: Object.fromEntries(
    Object.entries(state.steps)
      .map(([key, { status, inputs, outputs, text }]) => [key, { status, inputs, outputs, text }] as const)
      .sort(([one], [other]) => (one < other ? -1 : 1)),
  ),
});

function expectSound(events: readonly ExecutionEvent[]): ExecutionState {
  const state = reduceAll(events);
  expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index + 1));
  expect(structuredClone(events.reduce(reduce, initialState))).toEqual(structuredClone(state));
  expect(isEnded(state)).toBe(true);
  const finals = events.flatMap(({ body }) =>
    "stepKey" in body && /^step_(succeeded|failed|skipped|cancelled)$/.test(body.type) ? [body.stepKey] : [],
  );
  expect(new Set(finals).size).toBe(finals.length);
  expect(events.filter(({ body }) => /^execution_(succeeded|failed|cancelled)$/.test(body.type))).toHaveLength(1);
  return state;
}

const isLocal = (kind: string) => kind === loopCheckDefinition.kind || withLocal.get(kind)?.local === true;
const attemptOf = (of: { readonly stepKey: string; readonly attempt: number }) => `${of.stepKey} ${of.attempt}`;

/** Notes what the store has, the moment that it says so. */
function stored() {
  const started = new Set<string>();
  const settled = new Set<string>();
  const note = (events: readonly ExecutionEvent[]) => {
    for (const { body } of events) {
      if (body.type === "step_started") started.add(attemptOf(body));
      if (body.type === "step_succeeded" || body.type === "step_failed" || body.type === "step_iterating")
        settled.add(body.stepKey);
    }
  };
  return { started, settled, note };
}

/** A store whose commits, counted for each worker, go through `commit`. */
const committing =
  (commit: (worker: string, events: readonly ExecutionEvent[], go: () => Promise<void>) => Promise<void>) =>
  (store: ExecutionStore): ExecutionStore => ({
    ...store,
    async create(execution, events, worker) {
      let lease: Lease | null = null;
      await commit(worker ?? "", events, async () => {
        lease = await store.create(execution, events, worker);
      });
      return lease;
    },
    append: (lease, events, ...rest) => commit(lease.worker, events, () => store.append(lease, events, ...rest)),
  });

describe("whatever of a graph stays in the process", () => {
  test("its execution ends as it would if nothing did", async () => {
    await fc.assert(
      fc.asyncProperty(sameWhoeverIsFirst, fc.boolean(), async (one, born) => {
        const expected = await ended(await rigOf(one, { born, catalogue: withoutLocal }));
        const rig = await rigOf(one, { born });
        const state = await ended(rig);
        expect(outcomeOf(state)).toEqual(outcomeOf(expected));
        expect(outcomeOf(expectSound(await rig.events()))).toEqual(outcomeOf(state));
        expect(rig.published.flatMap((each) => (each.kind === "event" ? each.event.seq : []))).toEqual(
          (await rig.events()).map(({ seq }) => seq).filter((seq) => born || seq > 1),
        );
      }),
      { numRuns: 150 },
    );
  });

  test("nothing that reaches out begins before the store has its start", async () => {
    await fc.assert(
      fc.asyncProperty(any, fc.boolean(), async (one, born) => {
        const log = stored();
        const early: string[] = [];
        const rig = await rigOf(one, {
          born,
          wrapStore: committing(async (_worker, events, go) => {
            await go();
            log.note(events);
          }),
          begins({ kind, ...attempt }) {
            if (!isLocal(kind) && !log.started.has(attemptOf(attempt))) early.push(attempt.stepKey);
          },
        });
        await ended(rig);
        expect(early).toEqual([]);
        expectSound(await rig.events());
      }),
      { numRuns: 150 },
    );
  });

  test("its execution ends, also when it is cancelled at any moment", async () => {
    await fc.assert(
      fc.asyncProperty(any, fc.boolean(), fc.nat(12), async (one, born, at) => {
        let begun = 0;
        const rig = await rigOf(one, {
          born,
          begins() {
            begun += 1;
            if (begun === at) rig.cancel();
          },
        });
        const { end } = await rig.begin();
        if (at === 0) rig.cancel();
        await ended(rig, end);
        const events = await rig.events();
        expectSound(events);
        const wish = events.findIndex(({ body }) => body.type === "cancel_requested");
        if (wish !== -1) expect(events.slice(wish).filter(({ body }) => body.type === "step_started")).toEqual([]);
      }),
      { numRuns: 150 },
    );
  });

  test("its execution goes on elsewhere when its worker stops at any moment", async () => {
    await fc.assert(
      fc.asyncProperty(sameWhoeverIsFirst, fc.boolean(), fc.integer({ min: 1, max: 12 }), async (one, born, at) => {
        const expected = await ended(await rigOf(one, { born, catalogue: withoutLocal }));
        let begun = 0;
        const rig = await rigOf(one, {
          born,
          begins() {
            begun += 1;
            if (begun === at) rig.stop();
          },
        });
        const { end } = await rig.begin();
        let state = await rig.clock.drive(end);
        for (let turn = 0; !isEnded(state) && turn < 50; turn += 1) {
          await rig.clock.advance(90_000);
          const [claimed] = await rig.store.claim("next", 1);
          if (claimed === undefined) throw new Error("Nothing to claim");
          expect(claimed.events.map(({ seq }) => seq)).toEqual(claimed.events.map((_, index) => index + 1));
          const control = { stop: rig.clock.newAbort().signal, cancel: rig.clock.newAbort().signal, nudges: noNudges };
          state = await rig.clock.drive(runExecution(claimed, rig.deps, control));
        }
        expect(outcomeOf(expectSound(await rig.events()))).toEqual(outcomeOf(expected));
      }),
      { numRuns: 100 },
    );
  });

  test("a replay of its execution comes to the same end", async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(plain, rough, framed), fc.boolean(), async (one, born) => {
        const rig = await rigOf(one, { born });
        await ended(rig);
        expect(await replayed(one.graph, await rig.events())).toMatchObject({ same: true, steps: [], unknown: [] });
      }),
      { numRuns: 100 },
    );
  });
});

async function replayed(graph: Graph, recorded: readonly ExecutionEvent[]) {
  const events = recorded
    .filter(({ body }) => body.type !== "step_streamed")
    .map((event, index) => ({ ...event, seq: index + 1 }));
  const clock = createVirtualClock();
  const source = { id: newExecution(7).id, graph, events };
  const { state, unknown } = await clock.drive(
    replayExecution({ source, clock, catalogue: withLocal, kinds: localKinds, by: someone }),
  );
  const compared = compareExecutions({ graph, state: reduceAll(events) }, { graph, state });
  return { same: compared.same, steps: compared.steps.filter(({ same }) => !same), unknown };
}

/** How a worker dies at its n-th commit: before it is durable, after it, or with a store that is away for ever. */
const deaths = fc.array(
  fc.record({ commit: fc.integer({ min: 1, max: 8 }), how: fc.constantFrom("before", "after", "away") }),
  { minLength: 1, maxLength: 4 },
);

describe("when workers die while something stays in the process", () => {
  test("others go on: the end is the same, and nothing with a recorded result runs again", async () => {
    await fc.assert(
      fc.asyncProperty(sameWhoeverIsFirst, deaths, fc.boolean(), async (one, dying, born) => {
        const expected = await ended(await rigOf(one, { born, catalogue: withoutLocal }));
        const log = stored();
        const again: string[] = [];
        const early: string[] = [];
        const commits = new Map<string, number>();
        const names = ["first", ...dying.slice(1).map((_, at) => `worker ${at}`)];
        const rig = await rigOf(one, {
          born,
          wrapStore: committing(async (worker, events, go) => {
            const count = (commits.get(worker) ?? 0) + 1;
            commits.set(worker, count);
            const death = dying[names.indexOf(worker)];
            if (death === undefined || count < death.commit) {
              await go();
              return log.note(events);
            }
            if (death.how === "away") throw new AppError("unavailable", "Away for ever.");
            if (death.how === "after" && count === death.commit) {
              await go();
              log.note(events);
            }
            await forEver();
          }),
          begins({ kind, ...attempt }) {
            if (log.settled.has(attempt.stepKey)) again.push(attempt.stepKey);
            if (!isLocal(kind) && !log.started.has(attemptOf(attempt))) early.push(attempt.stepKey);
          },
        });
        const isOver = async () => isEnded(reduceAll(await rig.events()));
        for (const name of names) {
          if (name !== names[0] && (await isOver())) break;
          await rig.begin(name);
          await rig.clock.advance(90_000);
          // Who dies before the first commit has begun nothing that anybody could go on with.
          if ((await rig.events()).length === 0) {
            expect(log.started.size).toBe(0);
            return;
          }
        }
        if (!(await isOver())) await ended(rig);
        const state = expectSound(await rig.events());
        expect(outcomeOf(state)).toEqual(outcomeOf(expected));
        expect({ again, early }).toEqual({ again: [], early: [] });
      }),
      { numRuns: 150 },
    );
  });

  test("a step that no worker survives is counted: the execution fails, and is not tried for ever", async () => {
    let failed = 0;
    await fc.assert(
      fc.asyncProperty(sameWhoeverIsFirst, fc.nat(20), async (one, pick) => {
        const fatal = one.graph.nodes[pick % one.graph.nodes.length]?.id as string;
        let worker = "";
        const dead = new Set<string>();
        const killing: One = {
          graph: one.graph,
          work: (clock) => {
            const work = one.work(clock);
            return (inputs, context, config) => {
              if (context.stepKey.split("/")[0] !== fatal) return work(inputs, context, config);
              dead.add(worker);
              return forEver();
            };
          },
        };
        const rig = await rigOf(killing, {
          born: false,
          wrapStore: committing(async (by, _events, go) => {
            await (dead.has(by) ? forEver() : go());
          }),
        });
        const isOver = async () => isEnded(reduceAll(await rig.events()));
        let rounds = 0;
        for (; rounds < 100 && !(await isOver()); rounds += 1) {
          worker = `worker ${rounds}`;
          await rig.begin(worker);
          await rig.clock.advance(90_000);
        }
        const state = expectSound(await rig.events());
        if (dead.size === 0) return;
        failed += 1;
        expect(state).toMatchObject({ status: "failed", error: { code: "too_many_recoveries" } });
        // Those that brought it on, and twenty in a row that did not.
        expect(rounds).toBeLessThan(25 + Object.keys(state.steps).length);
      }),
      { numRuns: 40 },
    );
    expect(failed).toBeGreaterThan(10);
  });
});
