import type { Bus } from "#server/between/bus.ts";

/** What becomes of one message on its way to one receiver: after how many turns of the event loop each copy arrives. */
export type Fate = () => readonly number[];

export const faithful: Fate = () => [0];
export const mute: Fate = () => [];

/** Drops 30 %, doubles 10 %, lets others overtake; the same seed is the same story. */
export function unreliable(seed: number): Fate {
  let state = seed;
  const next = () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648;
  };
  return () => {
    if (next() < 0.3) return [];
    const turns = () => Math.floor(next() * 8);
    return next() < 0.1 ? [turns(), turns()] : [turns()];
  };
}

/** Buses of several processes in this one. What goes over it is text, as over Redis. */
export function createBusNetwork(fate: Fate): () => Bus {
  const members = new Set<(channel: string, text: string) => void>();
  const after = (turns: number, arrive: () => void): void => {
    if (turns === 0) arrive();
    else setImmediate(() => after(turns - 1, arrive));
  };
  return () => {
    const listeners = new Map<string, Set<(message: unknown) => void>>();
    const receive = (channel: string, text: string) => {
      for (const listener of listeners.get(channel) ?? []) listener(JSON.parse(text));
    };
    members.add(receive);
    return {
      publish(channel, message) {
        const text = JSON.stringify(message);
        for (const member of members)
          if (member !== receive)
            for (const turns of fate()) setImmediate(() => after(turns, () => member(channel, text)));
      },
      subscribe(channel, listener) {
        const own = listeners.get(channel) ?? new Set();
        listeners.set(channel, own.add(listener));
        return () => own.delete(listener);
      },
      close: () => members.delete(receive),
    };
  };
}
