import { AppError } from "../errors.ts";
import { type ExpressionLimits, maxBuilt, maxSortKeys, maxValueDepth, type Thread } from "./limits.ts";

/** Size and depth of a value, shared parts counted each time they appear. */
interface Extent {
  readonly size: number;
  readonly depth: number;
}

const limit = (message: string): AppError => new AppError("expression_limit", message);

/** Values are never changed in place (but see `markChanging`), so what was measured once holds for later evaluations too. */
const extents = new WeakMap<object, Extent>();

/**
 * The thread of evaluations that never pause, per clock. Evaluations take turns at every await; the time since the last tick is
 * the work of whoever ticks now, so a thousand small evaluations at once do not run out of time by waiting for each other.
 */
const keptThreads = new WeakMap<() => number, Thread>();

function keptThread(now: () => number): Thread {
  const known = keptThreads.get(now);
  if (known !== undefined) return known;
  let lastTick = 0;
  const thread: Thread = {
    begin() {
      lastTick = now();
    },
    tick() {
      const at = now();
      const ms = at - lastTick;
      lastTick = at;
      return ms;
    },
    pause: () => undefined,
    end() {},
  };
  keptThreads.set(now, thread);
  return thread;
}

/**
 * Watches one evaluation: its time, the size of each value that appears in it, and the sum of all that it builds.
 * Looking at the same value again costs nothing.
 */
export class Meter {
  readonly now: () => number;
  readonly #timeoutMs: number;
  readonly #thread: Thread;
  readonly #valueSize: number;
  readonly #changing = new WeakSet<object>();
  #built = 0;
  #sortKeys = 0;
  #worked = 0;

  constructor(limits: ExpressionLimits) {
    this.now = limits.now;
    this.#timeoutMs = limits.timeoutMs;
    this.#thread = limits.thread ?? keptThread(limits.now);
    this.#thread.begin();
    this.#valueSize = limits.valueSize;
  }

  /** Throws expression_limit when the time is over. */
  tick(): void {
    // One stall of the machine (a collection, a busy neighbour) is never the whole of the time.
    this.#worked += Math.min(this.#thread.tick(), this.#timeoutMs / 2);
    if (this.#worked > this.#timeoutMs) throw limit(`The expression ran longer than ${this.#timeoutMs} ms.`);
  }

  /** A pause when one is due, undefined otherwise. What others do meanwhile is not counted. */
  pause(): Promise<void> | undefined {
    return this.#thread.pause();
  }

  /** To be called once, however the evaluation ended. */
  end(): void {
    this.#thread.end();
  }

  /** Adds to the sum of what was built. */
  charge(size: number): void {
    this.#built += size;
    if (this.#built > maxBuilt) throw limit("The expression builds too much on its way to a result.");
  }

  /** One key of one comparison of `^( )`. */
  compare(): void {
    this.#sortKeys += 1;
    if (this.#sortKeys > maxSortKeys)
      throw limit("^( ) orders about 4,000 items at most; $sort and the Data Processor take more.");
  }

  /** Refuses a size before anything of that size is made. */
  admit(size: number): void {
    if (size > this.#valueSize) throw limit(`A value in the expression is larger than ${this.#valueSize} characters.`);
  }

  /** Throws when the value is too large or too deep. */
  check(value: unknown): void {
    this.tick();
    this.admit(this.#measure(value, 0).size);
  }

  /** A copy that JSONata will change in place: its size is taken anew each time. */
  markChanging(value: unknown): void {
    if (typeof value !== "object" || value === null || this.#changing.has(value)) return;
    this.#changing.add(value);
    for (const member of Object.values(value)) this.markChanging(member);
  }

  #measure(value: unknown, level: number): Extent {
    if (typeof value === "string") return { size: value.length, depth: 0 };
    // A function (JSONata's are objects) is not data: what it closes over was measured when it was made.
    if (typeof value !== "object" || value === null || isFunction(value)) return { size: 4, depth: 0 };
    const known = extents.get(value);
    if (known !== undefined) {
      if (level + known.depth > maxValueDepth) throw limit("A value in the expression is nested too deeply.");
      return known;
    }
    if (level >= maxValueDepth) throw limit("A value in the expression is nested too deeply.");
    const extent = this.#measureMembers(value, level);
    if (!this.#changing.has(value)) extents.set(value, extent);
    return extent;
  }

  #measureMembers(value: object, level: number): Extent {
    let size = 2;
    let depth = 0;
    let own = 1;
    const add = (member: unknown, extra: number) => {
      const extent = this.#measure(member, level + 1);
      own += 1 + extra;
      size += extent.size + extra + 1;
      depth = Math.max(depth, extent.depth);
      if (own % 4_096 < 2) this.tick();
      this.admit(size);
    };
    if (Array.isArray(value)) for (const item of value) add(item, 0);
    else for (const [key, member] of Object.entries(value)) add(member, key.length + 3);
    this.charge(own);
    return { size, depth: depth + 1 };
  }
}

/** JSONata's functions: platform functions, and objects that carry one of its two marks. */
export function isFunction(value: unknown): boolean {
  if (typeof value === "function") return true;
  if (typeof value !== "object" || value === null) return false;
  const marked = value as { _jsonata_function?: unknown; _jsonata_lambda?: unknown };
  return marked._jsonata_function === true || marked._jsonata_lambda === true;
}
