import type { RunningServer } from "#tests/support/serverProcess.ts";
import type { Random } from "./random.ts";
import type { Rig } from "./rig.ts";
import { branches, chain, fanOut, timer } from "./workloads.ts";

/** A workflow and what its executions begin with. */
export interface Kind {
  readonly workflowId: string;
  readonly input: unknown;
}

export const items = (count: number): string[] => Array.from({ length: count }, (_, at) => `item ${at}`);

/** The usual mix: calls one after the other, side by side with a join, for each of twelve items, and around a wait. */
export async function usualKinds(rig: Rig, server: RunningServer): Promise<Kind[]> {
  const of = async (graph: Parameters<Rig["workflow"]>[1], input: unknown) => ({
    workflowId: await rig.workflow(server, graph),
    input,
  });
  return Promise.all([of(chain(3), "x"), of(branches(), "x"), of(fanOut(4), items(12)), of(timer(3), "x")]);
}

/** Where starts go: as a balancer would, to any process that is up. */
export interface Load extends AsyncDisposable {
  readonly targets: RunningServer[];
  /** No more starts; those that are under way have their answers. */
  stop(): Promise<void>;
}

interface LoadOptions {
  readonly random: Random;
  readonly kinds: readonly Kind[];
  readonly targets: readonly RunningServer[];
  /** Between two starts. */
  readonly everyMs: number;
}

export function startLoad(rig: Rig, { random, kinds, targets, everyMs }: LoadOptions): Load {
  const live = [...targets];
  const underWay = new Set<Promise<unknown>>();
  const submit = () => {
    if (live.length === 0) return;
    const { workflowId, input } = random.pick(kinds);
    const started = rig.submit(random.pick(live), workflowId, input).finally(() => underWay.delete(started));
    underWay.add(started);
  };
  submit();
  const timer = setInterval(submit, everyMs);
  const stop = async () => {
    clearInterval(timer);
    await Promise.all(underWay);
  };
  return {
    targets: live,
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

/** Lets something go on for so long: a fault's own duration, never a wait for something else. */
export const lasting = (ms: number): Promise<void> => Bun.sleep(ms);
