import { defaultLimits, type Thread } from "../expressions/limits.ts";
import type { Clock } from "./ports.ts";
import type { Signal } from "./signal.ts";

/** Work takes real time, also where the engine's clock is told the time: an endless expression would not let anybody tell it. */
const realNow = defaultLimits.now;

/** Milliseconds of steps' own work between two turns of the event loop, all executions together. */
const sliceMs = 10;

/** Who works: `owner` is the execution, so that one with many long steps gets no more time than one with a single such step. */
export interface Worker {
  readonly owner: string;
  readonly signal: Signal;
}

const turnsByClock = new WeakMap<Clock, Turns>();

/** The share of one step in the process's only thread. */
export function threadOf(clock: Clock, worker: Worker): Thread {
  const known = turnsByClock.get(clock);
  const turns = known ?? new Turns(clock);
  if (known === undefined) turnsByClock.set(clock, turns);
  let hasWaited = false;
  let isChosen = false;
  return {
    begin: () => turns.begin(),
    tick: () => turns.tick(),
    pause() {
      if (!turns.isOver) return undefined;
      const place = hasWaited ? "front" : "back";
      hasWaited = true;
      return turns.wait(worker, place).then(() => {
        isChosen = true;
      });
    },
    end() {
      if (isChosen) turns.choose();
      isChosen = false;
    },
  };
}

/**
 * What all steps of a process compute is counted together. After `sliceMs` of it everybody waits until the event loop has turned,
 * so sockets and timers are never held up for longer; then one of the waiting goes on, and the next when that one has ended or the
 * loop has turned again: executions in rotation, the steps of one execution one after the other. So the first step that breaks its
 * limit ends its execution before the others have taken their time. What ends within its first slice never waits.
 */
class Turns {
  readonly #clock: Clock;
  readonly #never: Signal;
  /** Who waits, by owner; owners in the order of their turns. The front of a line is the step that was at work. */
  readonly #lines = new Map<string, (() => void)[]>();
  #turning = false;
  #lastTick = 0;
  #spent = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#never = clock.newAbort().signal;
  }

  begin(): void {
    this.#lastTick = realNow();
  }

  tick(): number {
    const at = realNow();
    const ms = at - this.#lastTick;
    this.#lastTick = at;
    this.#spent += ms;
    return ms;
  }

  get isOver(): boolean {
    return this.#spent >= sliceMs;
  }

  /** Until a turn of its own. Rejects with the signal's reason, at once when it is aborted. */
  wait({ owner, signal }: Worker, place: "front" | "back"): Promise<void> {
    if (signal.aborted) return Promise.reject(signal.reason);
    return new Promise((resolve, reject) => {
      const goOn = () => {
        signal.removeEventListener("abort", leave);
        resolve();
      };
      const leave = () => {
        this.#remove(owner, goOn);
        reject(signal.reason);
      };
      signal.addEventListener("abort", leave, { once: true });
      const line = this.#lines.get(owner) ?? [];
      if (place === "front") line.unshift(goOn);
      else line.push(goOn);
      this.#lines.set(owner, line);
      this.#turn();
    });
  }

  /** Lets the next one go on if the slice is not over. */
  choose(): void {
    const [next] = this.#lines;
    if (next === undefined || this.isOver) return;
    const [owner, line] = next;
    const goOn = line.shift();
    // Taken out and put back: the owner's next turn comes after everybody else's.
    this.#lines.delete(owner);
    if (line.length > 0) this.#lines.set(owner, line);
    goOn?.();
  }

  #remove(owner: string, goOn: () => void): void {
    const rest = (this.#lines.get(owner) ?? []).filter((other) => other !== goOn);
    if (rest.length === 0) this.#lines.delete(owner);
    else this.#lines.set(owner, rest);
  }

  #turn(): void {
    if (this.#turning) return;
    this.#turning = true;
    this.#clock.sleep(0, this.#never).then(() => {
      this.#turning = false;
      this.#spent = 0;
      this.begin();
      this.choose();
      if (this.#lines.size > 0) this.#turn();
    });
  }
}
