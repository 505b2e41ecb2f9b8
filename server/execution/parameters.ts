import type { Parameter } from "#db/engine.ts";
import { toLogRows, type WrittenRow } from "#src/engine/logRows.ts";
import type { Payload } from "#src/engine/payloads.ts";
import type { ExecutionState } from "#src/engine/state.ts";
import type { ExecutionEvent } from "#src/schemas/executionEvent.ts";
import { bodyText, valueText } from "./payloads.ts";
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
export const toJsonbValue = (value: unknown): string => mended(JSON.stringify(value));

function mended(text: string): string {
  if (!text.includes("\\u")) return text;
  return text.replace(/\\(?:u0000|ud[89a-f][0-9a-f]{2}|.)/g, (escaped) => (escaped.length === 6 ? "\\ufffd" : escaped));
}

/** What some events of an execution are in the database, as text, made once: what is large is in `payloads`. */
export interface Written {
  readonly rows: readonly WrittenRow[];
  readonly input: string | null;
  readonly output: string | null;
  /** To be stored before the events. */
  readonly payloads: readonly Payload[];
}

/** The rows of the log that some events of an execution are; what is large goes to `payloads`. */
export const loggedRows = (events: readonly ExecutionEvent[], payloads: Payload[]): readonly WrittenRow[] =>
  toLogRows(
    events,
    events.map(({ body }) => bodyText(body, payloads)),
  );

export function written(events: readonly ExecutionEvent[], projection: Projection): Written {
  const payloads: Payload[] = [];
  const { created, output } = projection;
  return {
    rows: loggedRows(events, payloads),
    input: created === null ? null : mended(valueText(created.input, payloads)),
    output: output === null ? null : mended(valueText(output.value, payloads)),
    payloads: payloads.length < 2 ? payloads : [...new Map(payloads.map((one) => [one.hash, one])).values()],
  };
}

/**
 * A list as lines, for `string_to_array(..., chr(10), '')`. Ids, keys, statuses and JSON have no line break in them and are never
 * empty, so nothing is escaped on the way, and an empty line is null.
 */
export const lines = (list: readonly (string | number | null)[]): string => list.join("\n");

/** Columns of the statements in db/statements, in their order: number and count of events, type, body and time of each row. */
export const rowLists = (rows: readonly WrittenRow[]): [Parameter, Parameter, Parameter, Parameter, Parameter] => [
  rows.map(({ seq }) => seq),
  rows.map(({ count }) => count),
  lines(rows.map(({ type }) => type)),
  lines(rows.map(({ body }) => body)),
  rows.map(({ at }) => at),
];

/** Of many executions: whose each row is, and the same. */
export const manyRowLists = (
  batch: readonly { readonly id: string; readonly rows: readonly WrittenRow[] }[],
): Parameter[] => [
  lines(batch.flatMap(({ id, rows }) => rows.map(() => id))),
  ...rowLists(batch.flatMap(({ rows }) => rows)),
];

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
export function executionColumns(projection: Projection, { output }: Written) {
  return [
    projection.status,
    projection.startedAt,
    projection.endedAt,
    output,
    toJsonb(projection.error),
    projection.recoveries,
    projection.inputTokens,
    projection.outputTokens,
  ] as const;
}
