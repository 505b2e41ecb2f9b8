import { createHash } from "node:crypto";
import type { Database } from "#db/client.ts";
import { engineRows } from "#db/engine.ts";
import { keepPayloads, readPayloads } from "#db/statements/payloads.ts";
import {
  isPlainText,
  type Packer,
  type Payload,
  packBody,
  packedBody,
  packValue,
  payloadsOf,
  wholeBody,
} from "#src/engine/payloads.ts";
import type { LiveMessage } from "#src/engine/ports.ts";
import { alphabet, type StoredEvent } from "#src/engine/upcast.ts";
import type { ExecutionId } from "#src/ids.ts";
import type { JsonValue } from "#src/json.ts";
import type { ExecutionEventBody } from "#src/schemas/executionEvent.ts";

export const packer: Packer = {
  hash: (text) => createHash("sha256").update(text).digest("hex"),
  bytesOf: (text) => Buffer.byteLength(text),
};

/** Bodies that were packed when they were stored, as clients get them. */
const packedBodies = new WeakMap<ExecutionEventBody, ExecutionEventBody>();

/**
 * An event's body as the log has it: text for a json column, which keeps everything. What is too large for it goes to `found`, and
 * the body then lists all that it needs in `payloads`.
 */
export function bodyText(body: ExecutionEventBody, found: Payload[]): string {
  const stored = alphabet.write(body);
  const text = JSON.stringify(stored);
  if (isPlainText(text)) return text;
  const packed = packBody(stored, packer);
  found.push(...packed.payloads);
  packedBodies.set(body, alphabet.read(packed.value));
  return JSON.stringify(packedBody(packed));
}

/** The same for a value in a row. */
export const valueText = (value: JsonValue, found: Payload[]): string =>
  textOf(value, found, () => packValue(value, packer));
function textOf(value: JsonValue, found: Payload[], pack: () => ReturnType<typeof packValue>): string {
  const text = JSON.stringify(value);
  if (isPlainText(text)) return text;
  const packed = pack();
  found.push(...packed.payloads);
  return JSON.stringify(packed.value);
}

/** A live message of an event that was stored by this process, as light as in the log. */
export function lightened(message: LiveMessage): LiveMessage {
  if (message.kind !== "event") return message;
  const body = packedBodies.get(message.event.body);
  return body === undefined ? message : { kind: "event", event: { ...message.event, body } };
}

/** How many of the last payloads a process remembers to have stored. */
const mostKnown = 4_096;

/**
 * Stores payloads of executions, before the events that refer to them. Each is sent once by a process, as long as it remembers.
 * When the append that follows fails, they are there for its next try, or go with their execution.
 */
export function createPayloadKeeper(db: Database): (id: ExecutionId, payloads: readonly Payload[]) => Promise<void> {
  const known = new Set<string>();
  return async (id, payloads) => {
    // A result and the inputs of what follows, in one commit, often have the same one.
    const fresh = new Map(payloads.filter(({ hash }) => !known.has(`${id} ${hash}`)).map((one) => [one.hash, one]));
    if (fresh.size === 0) return;
    await engineRows(db, keepPayloads, [id, ...payloadLists([...fresh.values()])]);
    for (const hash of fresh.keys()) known.add(`${id} ${hash}`);
    for (const key of known) {
      if (known.size <= mostKnown) break;
      known.delete(key);
    }
  };
}

/** Columns of the statements that insert payloads: hashes, sizes in bytes, values. */
export const payloadLists = (payloads: readonly Payload[]): [string[], number[], string[]] => [
  payloads.map(({ hash }) => hash),
  payloads.map(({ text }) => packer.bytesOf(text)),
  payloads.map(({ text }) => text),
];

interface OfExecution {
  readonly executionId: ExecutionId;
}

/**
 * Stored events of some executions with their values whole. One whose values are not all there stays as it is, and cannot be read
 * (`readHistory`).
 */
export async function withPayloads<Row extends StoredEvent & OfExecution>(
  db: Database,
  rows: readonly Row[],
): Promise<readonly Row[]> {
  if (rows.every(({ body }) => payloadsOf(body) === null)) return rows;
  const needed = rows.flatMap(({ executionId, body }) =>
    (payloadsOf(body) ?? []).map((hash) => ({ executionId, hash })),
  );
  const found =
    needed.length === 0
      ? []
      : await engineRows<PayloadRow>(db, readPayloads, [
          needed.map(({ executionId }) => executionId),
          needed.map(({ hash }) => hash),
        ]);
  const values = new Map(
    found.map(({ execution_id, hash, value }) => [`${execution_id} ${hash}`, JSON.parse(value) as JsonValue]),
  );
  return rows.map((row) => ({ ...row, body: wholeBody(row.body, (hash) => values.get(`${row.executionId} ${hash}`)) }));
}

interface PayloadRow {
  readonly execution_id: ExecutionId;
  readonly hash: string;
  /** JSON. */
  readonly value: string;
}
