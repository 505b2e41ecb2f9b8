import { AppError, toAppError } from "../errors.ts";
import {
  type ExecutionEvent,
  type ExecutionEventBody,
  type ExecutionEventType,
  executionEventBody,
} from "../schemas/executionEvent.ts";

/**
 * An event's body as it is stored: with `v`, the version of its type, when that is not 1. In the body and not in a column, because
 * then the statements of the hot path neither name nor send it, a body of the first version is stored as it is, and the version
 * goes wherever the body goes: to other processes, into recordings, into tests.
 */
export interface StoredBody {
  readonly type: string;
  readonly v?: number;
  readonly [field: string]: unknown;
}

export interface StoredEvent {
  readonly seq: number;
  /** Epoch milliseconds. */
  readonly at: number;
  readonly body: StoredBody;
}

/** Takes a body to the next version of its type; the last one of a type that is gone gives a body of another type. Pure. */
export type Upcaster = (body: StoredBody) => StoredBody;

/** By type; the first takes version 1 to version 2. An entry is never changed nor taken away: histories with it exist. */
export type Upcasters = Readonly<Record<string, readonly Upcaster[]>>;

const upcasters: Upcasters = {
  /** 2: says of steps that are no part of the run that they are not; before, that they are disabled. */
  step_skipped: [(body) => body],
  /** 2: may limit time. */
  budget_raised: [(body) => body],
  /** 2: tells whose budget was used up. There was only the execution's, without an end, and the workspace's day. */
  execution_waiting: [
    (body) => (body.reason === "budget" && body.wakeAt !== null ? { ...body, reason: "day_budget" } : body),
  ],
};

/** In how many forms a row of the log came to be written after the first, of one event (logRows.ts): 1, of several. */
const rowForms = 1;

/** What a release can read and how it writes. */
export interface Alphabet {
  /** Grows with every type and every version: of two releases the one with the higher number reads what the other writes. */
  readonly number: number;
  /** Errors: history_unreadable for a type or version that this release does not know. */
  readonly read: (body: StoredBody) => ExecutionEventBody;
  readonly write: (body: ExecutionEventBody) => StoredBody;
}

const types = new Set<string>(executionEventBody.options.map((option) => option.shape.type.value));
const isKnown = (type: string): type is ExecutionEventType => types.has(type);

export function alphabetOf(table: Upcasters): Alphabet {
  const steps = new Map(Object.entries(table));
  const names = new Set([...types, ...steps.keys()]);
  const latest = (type: string): number => (steps.get(type)?.length ?? 0) + 1;

  function read(stored: StoredBody): ExecutionEventBody {
    let body = stored;
    for (;;) {
      const { type, v: version = 1 } = body;
      const next = steps.get(type)?.[version - 1];
      if (next === undefined && isKnown(type) && version === latest(type)) return plain(body);
      if (next === undefined) throw unreadable(type, version);
      const upcasted = next(body);
      body = upcasted.type === type ? { ...upcasted, v: version + 1 } : upcasted;
    }
  }
  return {
    number: rowForms + names.size + [...steps.values()].reduce((sum, list) => sum + list.length, 0),
    read,
    write: (body) => (latest(body.type) === 1 ? body : { ...body, v: latest(body.type) }),
  };
}

/** Most bodies are of a type's first version: they are what they were, not a copy. */
function plain(body: StoredBody): ExecutionEventBody {
  if (body.v === undefined) return body as unknown as ExecutionEventBody;
  const { v: _version, ...rest } = body;
  return rest as unknown as ExecutionEventBody;
}

const unreadable = (type: string, version: number): AppError =>
  new AppError(
    "history_unreadable",
    `This run's history has “${type}” in version ${version}, which this release does not know: a newer one wrote it. Update this server, and the run goes on from there.`,
    { detail: { type, version } },
  );

/** The alphabet of this release. */
export const alphabet = alphabetOf(upcasters);

/** Where a history stops to be readable, and why. */
export interface Unreadable {
  readonly seq: number;
  readonly error: AppError;
}

export interface ReadHistory {
  /** All, or those before the first that cannot be read. */
  readonly events: ExecutionEvent[];
  readonly unreadable: Unreadable | null;
}

/** Stored events, in order, as far as this release can read them. */
export function readHistory(stored: Iterable<StoredEvent>, { read }: Alphabet = alphabet): ReadHistory {
  const events: ExecutionEvent[] = [];
  for (const { seq, at, body } of stored) {
    try {
      events.push({ seq, at, body: read(body) });
    } catch (error) {
      return { events, unreadable: { seq, error: toAppError(error) } };
    }
  }
  return { events, unreadable: null };
}

/** The same for a reader that goes on by pages: the error comes when it arrives there. Errors: history_unreadable. */
export function readPage(stored: Iterable<StoredEvent>): ExecutionEvent[] {
  const { events, unreadable: end } = readHistory(stored);
  if (end !== null && events.length === 0) throw end.error;
  return events;
}

/** The same for a reader that needs all. Errors: history_unreadable. */
export function readWhole(stored: Iterable<StoredEvent>): ExecutionEvent[] {
  const { events, unreadable: end } = readHistory(stored);
  if (end !== null) throw end.error;
  return events;
}
