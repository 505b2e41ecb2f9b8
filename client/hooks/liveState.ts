import type { LiveMessage, LiveText } from "#src/engine/ports.ts";
import { draftOf } from "#src/engine/reduce.ts";
import { type ExecutionState, initialState, isAttemptOpen, stepOf } from "#src/engine/state.ts";
import type { ExecutionEvent } from "#src/schemas/executionEvent.ts";

type Channel = LiveText["channel"];

/** Text of one attempt on one channel: what is whole from the start, and pieces that came before what precedes them. */
interface Heard {
  readonly attempt: number;
  readonly text: string;
  readonly early: readonly LiveText[];
}

/** What is stored (events, reduced) and what has been heard beyond it. */
export interface LiveState {
  readonly stored: ExecutionState;
  /** By step key and channel. */
  readonly heard: Readonly<Record<string, Heard>>;
}

export const emptyLiveState: LiveState = { stored: initialState, heard: {} };

const place = (stepKey: string, channel: Channel): string => `${channel}:${stepKey}`;

/**
 * The state after more messages. An event that is already in it (after a reconnect) changes nothing; text is put at its
 * offset, whatever order it comes in. Throws AppError `internal` on a gap between events.
 */
export function hear(before: LiveState, messages: readonly LiveMessage[]): LiveState {
  const draft = draftOf(before.stored);
  const heard: Record<string, Heard> = { ...before.heard };
  for (const message of messages) {
    if (message.kind === "text") {
      addText(heard, draft.state(), message.text);
    } else if (message.event.seq > draft.state().lastSeq) {
      draft.apply(message.event);
      catchUp(heard, draft.state(), message.event);
    }
  }
  return { stored: draft.state(), heard };
}

function addText(heard: Record<string, Heard>, stored: ExecutionState, piece: LiveText): void {
  const step = stepOf(stored, piece.stepKey);
  if (!isAttemptOpen(step) || step.attempt !== piece.attempt) return;
  const key = place(piece.stepKey, piece.channel);
  const known = heard[key];
  const base =
    known?.attempt === piece.attempt ? known : { attempt: piece.attempt, text: step[piece.channel], early: [] };
  heard[key] = joined({ ...base, early: [...base.early, piece] });
}

/** Takes in every early piece that now touches the text. */
function joined(from: Heard): Heard {
  let { text } = from;
  const early: LiveText[] = [];
  for (const piece of [...from.early].sort((a, b) => a.offset - b.offset)) {
    if (piece.offset > text.length) early.push(piece);
    else if (piece.offset + piece.text.length > text.length) text = text.slice(0, piece.offset) + piece.text;
  }
  return { attempt: from.attempt, text, early };
}

/** What an event makes obsolete: a new attempt begins empty, an ended one has all its text in its events. */
function catchUp(heard: Record<string, Heard>, stored: ExecutionState, { body }: ExecutionEvent): void {
  if (!("stepKey" in body)) return;
  if (body.type !== "step_streamed") {
    delete heard[place(body.stepKey, "text")];
    delete heard[place(body.stepKey, "log")];
    return;
  }
  const key = place(body.stepKey, body.channel);
  const known = heard[key];
  if (!known) return;
  const text = stepOf(stored, body.stepKey)[body.channel];
  heard[key] = joined(text.length > known.text.length ? { ...known, text } : known);
}

/** What to show: the stored state, its open steps with the text heard so far. */
export function shownState({ stored, heard }: LiveState): ExecutionState {
  const entries = Object.entries(heard);
  if (entries.length === 0) return stored;
  const steps = { ...stored.steps };
  for (const [key, { text }] of entries) {
    const [channel, stepKey] = [key.slice(0, key.indexOf(":")) as Channel, key.slice(key.indexOf(":") + 1)];
    const step = steps[stepKey];
    if (step && text.length > step[channel].length) steps[stepKey] = { ...step, [channel]: text };
  }
  return { ...stored, steps };
}
