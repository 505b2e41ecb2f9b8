import type { ExecutionEvent, ExecutionEventType } from "../schemas/executionEvent.ts";
import type { StoredBody, StoredEvent } from "./upcast.ts";

/** The most events that one row takes, and about the most text: a page of a history never reads much more than it shows. */
const mostEvents = 200;
const mostText = 100_000;

/** An event of a row with several: milliseconds after the row's time, and its body. */
export type TimedBody = readonly [afterMs: number, body: StoredBody];
/** Of one event its body, of several a list. */
export type RowBody = StoredBody | readonly TimedBody[];

/**
 * A row of the log: what one commit tells of one execution, or a part of that. Most commits tell of two events, the end of a step and
 * the start of the next, and a row costs the database more than what stands in it.
 */
export interface LogRow<Body> {
  /** Of its first event; the others follow without gaps. */
  readonly seq: number;
  /** Of its first event, epoch milliseconds. */
  readonly at: number;
  readonly body: Body;
}

export interface WrittenRow extends LogRow<string> {
  readonly count: number;
  /** That of all its events; null when they have several. */
  readonly type: string | null;
}

/**
 * Events in order, and the JSON of each body, as rows. Text that is streamed has rows of its own: who reads what became of the steps
 * passes them by. So has each event that tells that a step waits no longer: statements look for them by how their bodies begin.
 */
export function toLogRows(events: readonly ExecutionEvent[], bodies: readonly string[]): WrittenRow[] {
  const rows: WrittenRow[] = [];
  for (let from = 0; from < events.length; ) {
    const to = endOfRow(events, bodies, from);
    rows.push(rowOf(events.slice(from, to), bodies.slice(from, to)));
    from = to;
  }
  return rows;
}

const alone: readonly ExecutionEventType[] = ["step_cancelled", "step_resumed"];
const isAlone = (event: ExecutionEvent | undefined): boolean => event !== undefined && alone.includes(event.body.type);
const isText = (event: ExecutionEvent | undefined): boolean => event?.body.type === "step_streamed";

const mayShare = (one: ExecutionEvent | undefined, next: ExecutionEvent | undefined): boolean =>
  !isAlone(one) && !isAlone(next) && isText(one) === isText(next);

function endOfRow(events: readonly ExecutionEvent[], bodies: readonly string[], from: number): number {
  let length = bodies[from]?.length ?? 0;
  let to = from + 1;
  for (; to < events.length && to - from < mostEvents && mayShare(events[from], events[to]); to += 1) {
    length += bodies[to]?.length ?? 0;
    if (length > mostText) break;
  }
  return to;
}

function rowOf(events: readonly ExecutionEvent[], bodies: readonly string[]): WrittenRow {
  const [first] = events;
  if (first === undefined) throw new Error("A row of the log has an event.");
  const type = events.every(({ body }) => body.type === first.body.type) ? first.body.type : null;
  const body =
    bodies.length === 1
      ? (bodies[0] ?? "")
      : `[${bodies.map((text, index) => `[${(events[index]?.at ?? first.at) - first.at},${text}]`).join(",")}]`;
  return { seq: first.seq, at: first.at, count: events.length, type, body };
}

const isList = (body: RowBody): body is readonly TimedBody[] => Array.isArray(body);

/** The events of a row as they were recorded. */
export function eventsOfRow({ seq, at, body }: LogRow<RowBody>): StoredEvent[] {
  if (!isList(body)) return [{ seq, at, body }];
  return body.map(([afterMs, own], index) => ({ seq: seq + index, at: at + afterMs, body: own }));
}
