import type { Parameter } from "#db/engine.ts";
import { type ExecutionState, isEnded } from "#src/engine/state.ts";
import { alphabet } from "#src/engine/upcast.ts";
import type { ExecutionEvent } from "#src/schemas/executionEvent.ts";
import type { Projection } from "./projection.ts";

/**
 * As text for a jsonb column. jsonb cannot hold U+0000 nor half of a surrogate pair; in a projection each becomes U+FFFD, the
 * event keeps what was said. The pattern eats escaped characters in pairs, so an escaped backslash before `u0000` stays text.
 */
export function toJsonb(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  return toJsonbValue(value);
}

/** As `toJsonb`, where null is a value and not an absence. */
export function toJsonbValue(value: unknown): string {
  const text = JSON.stringify(value);
  if (!text.includes("\\u")) return text;
  return text.replace(/\\(?:u0000|ud[89a-f][0-9a-f]{2}|.)/g, (escaped) => (escaped.length === 6 ? "\\ufffd" : escaped));
}

/** An event's body as the log has it: text for a json column, which keeps everything. */
export const toStored = ({ body }: ExecutionEvent): string => JSON.stringify(alphabet.write(body));

/** Columns of the statements in db/statements, in their order. One list item per event. */
export function eventLists(events: readonly ExecutionEvent[]): [Parameter, Parameter, Parameter] {
  return [events.map((event) => event.body.type), events.map(toStored), events.map((event) => event.at)];
}

/** Of many executions: whose, number, type, body and time of each event. */
export function manyEventLists(
  batch: readonly { readonly id: string; readonly events: readonly ExecutionEvent[] }[],
): Parameter[] {
  const ids: string[] = [];
  const seqs: number[] = [];
  const types: string[] = [];
  const bodies: string[] = [];
  const times: number[] = [];
  for (const { id, events } of batch)
    for (const event of events) {
      ids.push(id);
      seqs.push(event.seq);
      types.push(event.body.type);
      bodies.push(toStored(event));
      times.push(event.at);
    }
  return [ids, seqs, types, bodies, times];
}

/** One list item per step of an execution that has ended; of one that goes on, none. */
export function stepLists(state: ExecutionState): (string | number | null)[][] {
  const steps = isEnded(state) ? Object.entries(state.steps) : [];
  return [
    steps.map(([stepKey]) => stepKey),
    steps.map(([, step]) => step.status),
    steps.map(([, step]) => step.attempt),
    steps.map(([, step]) => toJsonb(step.inputs)),
    steps.map(([, step]) => toJsonb(step.outputs)),
    steps.map(([, step]) => toJsonb(step.error)),
    steps.map(([, step]) => toJsonb(step.usage)),
    steps.map(([, step]) => step.startedAt),
    steps.map(([, step]) => step.endedAt),
  ];
}

/** One list item per step that begins to wait: step key, attempt, interrupt, since, due. */
export function waitLists({ waits }: Projection): (string | number | null)[][] {
  return [
    waits.map((wait) => wait.stepKey),
    waits.map((wait) => wait.attempt),
    waits.map((wait) => toJsonbValue(wait.interrupt)),
    waits.map((wait) => wait.since),
    waits.map((wait) => wait.interrupt.dueAt),
  ];
}

/** The steps whose waits are over; null for all of an execution that has ended. */
export const waitsOver = ({ endedAt, waited }: Projection): (string | null)[] => (endedAt === null ? waited : [null]);

/** Of an execution that begins to wait: how many answers it knows of, and when it goes on by itself. */
export const sleepColumns = (state: ExecutionState, answersSeen: number): [number | null, number | null] =>
  state.waiting === null ? [null, null] : [answersSeen, state.waiting.wakeAt];

/** status, started_at, ended_at, output, error, recoveries, input_tokens, output_tokens. */
export function executionColumns(projection: Projection) {
  return [
    projection.status,
    projection.startedAt,
    projection.endedAt,
    projection.output === null ? null : toJsonbValue(projection.output.value),
    toJsonb(projection.error),
    projection.recoveries,
    projection.inputTokens,
    projection.outputTokens,
  ] as const;
}
