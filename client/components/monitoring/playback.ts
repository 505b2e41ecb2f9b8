import { draftOf } from "#src/engine/reduce.ts";
import { type ExecutionState, initialState, type StepState } from "#src/engine/state.ts";
import type { ExecutionEvent } from "#src/schemas/executionEvent.ts";

/** A whole history, to be looked at as it was after any of its events. */
export interface Playback {
  readonly events: readonly ExecutionEvent[];
  /** The state after the first `count` events; the same object for the same count as the last time. */
  readonly at: (count: number) => ExecutionState;
}

/** Events between two kept states: at most so many are reduced for a look at any place. */
const between = 200;

export function playbackOf(events: readonly ExecutionEvent[]): Playback {
  const kept: ExecutionState[] = [initialState];
  const draft = draftOf(initialState);
  for (const [index, event] of events.entries()) {
    draft.apply(event);
    if ((index + 1) % between === 0) kept.push(copyOf(draft.state()));
  }
  let last: { readonly count: number; readonly state: ExecutionState } | null = null;
  return {
    events,
    at(count) {
      if (last?.count === count) return last.state;
      const from = Math.floor(count / between);
      const look = draftOf(kept[from] ?? initialState);
      for (const event of events.slice(from * between, count)) look.apply(event);
      last = { count, state: look.state() };
      return last.state;
    },
  };
}

/** A draft goes on with its own record of steps. */
function copyOf(state: ExecutionState): ExecutionState {
  const steps: Record<string, StepState> = Object.assign(Object.create(null), state.steps);
  return { ...state, steps };
}

/** The next place, backwards or forwards, at which something other than streamed text happened. */
export function nextMark(events: readonly ExecutionEvent[], count: number, direction: 1 | -1): number {
  const isText = (at: number) => events[at - 1]?.body.type === "step_streamed";
  let at = count + direction;
  while (at > 1 && at < events.length && isText(at)) at += direction;
  return Math.max(1, Math.min(events.length, at));
}
