import type { Signal } from "#src/engine/signal.ts";
import type { Work } from "./agents.ts";

/** Ends as an agent that obeys its signal does. */
export const untilAborted = (signal: Signal) =>
  new Promise<never>((_resolve, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });

/** Never ends, whatever its signal says. */
export const forEver = () => new Promise<never>(() => undefined);

/** A gate per step: the work of a step ends when the test opens it. */
export function gates() {
  const open = new Map<string, (outputs: Record<string, string>) => void>();
  const work: Work = (_inputs, context) => new Promise((resolve) => open.set(context.stepKey, resolve));
  return { work, running: () => [...open.keys()], open: (key: string) => open.get(key)?.({ out: key }) };
}
