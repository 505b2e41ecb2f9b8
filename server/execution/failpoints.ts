import type { Execute } from "#src/agents/agent.ts";
import { AppError, assertNever } from "#src/errors.ts";
import type { DatabaseStore } from "./store.ts";

/** Where a test can make this process fail. `Effect` is an agent's own work; `Commit` a write of an execution's events. */
export const failpointNames = [
  "beforeCreate",
  "afterCreate",
  "beforeClaim",
  "afterClaim",
  "beforeEffect",
  "afterEffect",
  "beforeCommit",
  "afterCommit",
  "beforeRenew",
] as const;
type FailpointName = (typeof failpointNames)[number];

/**
 * `kill` ends this process as `kill -9` does, `stop` freezes it until somebody sends SIGCONT, `block` keeps its only thread busy for
 * so many milliseconds.
 */
type Failure = { readonly kind: "kill" } | { readonly kind: "stop" } | { readonly kind: "block"; readonly ms: number };

interface Failpoint {
  readonly name: FailpointName;
  /** Only where this is among what is said of the moment: an agent's kind, the types of the events of a commit. */
  readonly detail: string | null;
  /** It happens the nth time, once. */
  readonly nth: number;
  readonly failure: Failure;
}

/** Puts the failures around what they break. There is nothing in the product's own code, so nothing to forget there. */
export interface Failpoints {
  store(store: DatabaseStore): DatabaseStore;
  executors(executors: Readonly<Record<string, Execute>>): Readonly<Record<string, Execute>>;
}

/**
 * `name[@detail]:nth:failure`, several separated by commas; a failure is `kill`, `stop` or `block-<ms>`. For example
 * `beforeCommit@step_succeeded:3:kill`. Errors: config_invalid.
 */
export function createFailpoints(text: string): Failpoints {
  const points = text.split(",").map(failpointOf);
  const reach = counter(points);
  return { store: (store) => failingStore(store, reach), executors: (executors) => failingExecutors(executors, reach) };
}

const pattern = /^(\w+)(?:@(\w+))?:(\d+):(kill|stop|block-(\d+))$/;

function failpointOf(text: string): Failpoint {
  const [, name, detail, nth, kind, ms] = pattern.exec(text.trim()) ?? [];
  const known = failpointNames.find((one) => one === name);
  if (known === undefined) throw new AppError("config_invalid", `“${text}” is no failpoint.`);
  const failure: Failure = kind === "kill" || kind === "stop" ? { kind } : { kind: "block", ms: Number(ms ?? 0) };
  return { name: known, detail: detail ?? null, nth: Number(nth), failure };
}

type Reach = (name: FailpointName, details?: readonly string[]) => void;

function counter(points: readonly Failpoint[]): Reach {
  const times = new Map<Failpoint, number>();
  return (name, details = []) => {
    for (const point of points) {
      if (point.name !== name || (point.detail !== null && !details.includes(point.detail))) continue;
      const count = (times.get(point) ?? 0) + 1;
      times.set(point, count);
      if (count === point.nth) fail(point.failure);
    }
  };
}

function fail(failure: Failure): void {
  switch (failure.kind) {
    case "kill":
      process.kill(process.pid, "SIGKILL");
      return;
    case "stop":
      process.kill(process.pid, "SIGSTOP");
      return;
    case "block":
      for (const begun = performance.now(); performance.now() - begun < failure.ms; );
      return;
    default:
      assertNever(failure);
  }
}

function failingStore(store: DatabaseStore, reach: Reach): DatabaseStore {
  return {
    ...store,
    async create(...given) {
      const details = given[1].map(({ body }) => body.type);
      reach("beforeCreate", details);
      const lease = await store.create(...given);
      reach("afterCreate", details);
      return lease;
    },
    async claim(...given) {
      reach("beforeClaim");
      const claimed = await store.claim(...given);
      if (claimed.length > 0) reach("afterClaim");
      return claimed;
    },
    async append(...given) {
      const details = given[1].map(({ body }) => body.type);
      reach("beforeCommit", details);
      await store.append(...given);
      reach("afterCommit", details);
    },
    async renew(worker) {
      reach("beforeRenew");
      return store.renew(worker);
    },
  };
}

function failingExecutors(executors: Readonly<Record<string, Execute>>, reach: Reach): Record<string, Execute> {
  const around =
    (kind: string, execute: Execute): Execute =>
    async (...given) => {
      reach("beforeEffect", [kind]);
      const result = await execute(...given);
      reach("afterEffect", [kind]);
      return result;
    };
  return Object.fromEntries(Object.entries(executors).map(([kind, execute]) => [kind, around(kind, execute)]));
}
