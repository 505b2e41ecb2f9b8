import { useCallback } from "react";
import { readError, trpc } from "#client/trpc.ts";
import { referencesIn, withoutMarks } from "#src/engine/payloads.ts";
import type { ExecutionId } from "#src/ids.ts";
import type { JsonValue } from "#src/json.ts";
import { type PayloadReference, payloadKey } from "#src/schemas/payload.ts";

/** A large value does not change: what was loaded is kept for a while. */
export const payloadQuery = { staleTime: Number.POSITIVE_INFINITY, gcTime: 60_000 } as const;

/** Bytes of the large values that a shown value refers to, each once; 0 when it is all there. */
export function bytesLeftOut(shown: JsonValue): number {
  const once = new Map(referencesIn(shown).map((reference) => [reference[payloadKey], reference.bytes]));
  return [...once.values()].reduce((sum, bytes) => sum + bytes, 0);
}

/** Loads what a shown value of an execution refers to. Rejects with the server's error, readable by `readError`. */
export function useWholeValue(executionId: string | null): (shown: JsonValue) => Promise<JsonValue> {
  const { executions } = trpc.useUtils();
  return useCallback(
    async (shown) => {
      const references = referencesIn(shown);
      if (references.length > 0 && executionId === null) throw new Error("No run is known to have these values.");
      const id = executionId as ExecutionId;
      const values = new Map<string, JsonValue>();
      for (const { [payloadKey]: hash } of references) {
        if (values.has(hash)) continue;
        values.set(hash, (await executions.payload.fetch({ id, hash }, payloadQuery)).value);
      }
      return withoutMarks(shown, (reference: PayloadReference) => values.get(reference[payloadKey]) ?? null);
    },
    [executions, executionId],
  );
}

/** Why a value could not be loaded, for a person. */
export const whyNotLoaded = (error: unknown): string => readError(error).message;
