import { and, eq, inArray, sql } from "drizzle-orm";
import { type FindPayload, payloadsOf, referencesIn, unpackValue, wholeBody } from "#src/engine/payloads.ts";
import type { StoredBody } from "#src/engine/upcast.ts";
import type { ExecutionId } from "#src/ids.ts";
import type { JsonValue } from "#src/json.ts";
import { payloadKey } from "#src/schemas/payload.ts";
import type { Tx } from "../client.ts";
import { payloads } from "../schema/payloads.ts";

/** Sees those of the transaction's workspace, as the engine those of all. */
async function packedValues(tx: Tx, id: ExecutionId, hashes: readonly string[]): Promise<Map<string, JsonValue>> {
  if (hashes.length === 0) return new Map();
  const rows = await tx
    // As text: the driver parses a stored text once more when it looks like JSON.
    .select({ hash: payloads.hash, value: sql<string>`${payloads.value}::text` })
    .from(payloads)
    .where(and(eq(payloads.executionId, id), inArray(payloads.hash, [...new Set(hashes)])));
  return new Map(rows.map(({ hash, value }) => [hash, JSON.parse(value) as JsonValue]));
}

/** Stored bodies of one execution with their values whole. */
export async function wholeBodies(tx: Tx, id: ExecutionId, bodies: readonly StoredBody[]): Promise<StoredBody[]> {
  const values = await packedValues(
    tx,
    id,
    bodies.flatMap((body) => payloadsOf(body) ?? []),
  );
  return bodies.map((body) => wholeBody(body, (hash) => values.get(hash)));
}

/** A value of an execution's row, whole. Errors: internal when something that it refers to is not there. */
export async function wholeValue(tx: Tx, id: ExecutionId, packed: JsonValue): Promise<JsonValue> {
  return unpackValue(packed, await everythingIn(tx, id, packed));
}

/** A large value of an execution, whole; undefined when the execution has none with this hash. */
export async function findPayload(tx: Tx, id: ExecutionId, hash: string): Promise<JsonValue | undefined> {
  const packed = (await packedValues(tx, id, [hash])).get(hash);
  return packed === undefined ? undefined : wholeValue(tx, id, packed);
}

/** What a value refers to, and what that refers to. */
async function everythingIn(tx: Tx, id: ExecutionId, packed: JsonValue): Promise<FindPayload> {
  const found = new Map<string, JsonValue>();
  let values: readonly JsonValue[] = [packed];
  while (values.length > 0) {
    const hashes = values.flatMap(referencesIn).map((reference) => reference[payloadKey]);
    const more = await packedValues(
      tx,
      id,
      hashes.filter((hash) => !found.has(hash)),
    );
    for (const [hash, value] of more) found.set(hash, value);
    values = [...more.values()];
  }
  return (hash) => found.get(hash);
}
