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
    const row = rowFrom(events, bodies, from);
    rows.push(row);
    from += row.count;
  }
  return rows;
}

const alone = ["step_cancelled", "step_resumed"] as const;
/** Types of which each event is a row of its own. */
export type LoneType = (typeof alone)[number];
const isAlone = (type: ExecutionEventType): boolean => (alone as readonly ExecutionEventType[]).includes(type);
const isText = (type: ExecutionEventType): boolean => type === "step_streamed";

const mayShare = (one: ExecutionEventType, next: ExecutionEventType): boolean =>
  isText(one) === isText(next) && !isAlone(one) && !isAlone(next);

/** The longest row that begins with this event. */
function rowFrom(events: readonly ExecutionEvent[], bodies: readonly string[], from: number): WrittenRow {
  const first = events[from];
  if (first === undefined) throw new RangeError("A row of the log has an event.");
  const { seq, at } = first;
  const firstType = first.body.type;
  const only = bodies[from] ?? "";
  let type: ExecutionEventType | null = firstType;
  let list = `[[0,${only}]`;
  let count = 1;
  for (let length = only.length; count < mostEvents; count += 1) {
    const event = events[from + count];
    const body = bodies[from + count] ?? "";
    length += body.length;
    if (event === undefined || length > mostText || !mayShare(firstType, event.body.type)) break;
    if (event.body.type !== firstType) type = null;
    list += `,[${event.at - at},${body}]`;
  }
  return { seq, at, count, type, body: count === 1 ? only : `${list}]` };
}

const isList = (body: RowBody): body is readonly TimedBody[] => Array.isArray(body);

/** The events of a row as they were recorded. */
export function eventsOfRow({ seq, at, body }: LogRow<RowBody>): StoredEvent[] {
  if (!isList(body)) return [{ seq, at, body }];
  return body.map(([afterMs, own], index) => ({ seq: seq + index, at: at + afterMs, body: own }));
}

/** Of the events of rows that a page touches, those of the page: `limit` after number `afterSeq`. */
export const eventsOfPage = <Event extends { readonly seq: number }>(
  events: readonly Event[],
  { afterSeq, limit }: { readonly afterSeq: number; readonly limit: number },
): Event[] => events.filter(({ seq }) => seq > afterSeq && seq <= afterSeq + limit);
