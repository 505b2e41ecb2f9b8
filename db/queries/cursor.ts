import { type SQL, sql } from "drizzle-orm";
import type { AnyPgColumn } from "drizzle-orm/pg-core";
import { AppError } from "#src/errors.ts";
import type { Page } from "#src/schemas/page.ts";

/** Where a page ended: the value it is sorted by (a time as epoch milliseconds) and the id that breaks ties. */
export interface Cursor {
  readonly at: string | number;
  readonly id: string;
}

const encode = ({ at, id }: Cursor) => Buffer.from(JSON.stringify([at, id])).toString("base64url");

/** Errors: bad_request for anything that `pageFrom` did not make. */
export function readCursor(cursor: string | undefined, type: "string" | "number"): Cursor | null {
  if (cursor === undefined) return null;
  try {
    const [at, id, ...rest] = JSON.parse(Buffer.from(cursor, "base64url").toString()) as unknown[];
    const isTime = typeof at === "number" && Number.isSafeInteger(at) && Math.abs(at) < 8.64e15;
    const fits = type === "number" ? isTime : typeof at === "string";
    if (fits && typeof id === "string" && rest.length === 0) return { at: at as string | number, id };
  } catch {
    // Falls through to the one answer for all of them.
  }
  throw new AppError("bad_request", "The cursor is not from the page before.");
}

/** A page from `limit + 1` rows: the row too many says that there is more. */
export function pageFrom<Row, Item>(
  rows: readonly Row[],
  limit: number,
  by: { item: (row: Row) => Item; cursor: (row: Row) => Cursor },
): Page<Item> {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return {
    items: shown.map(by.item),
    nextCursor: rows.length > limit && last !== undefined ? encode(by.cursor(last)) : null,
  };
}

/**
 * Newest first, as the indexes have it: drizzle makes their descending columns `nulls last`, and PostgreSQL reads an index in its order
 * only when it is asked for in the same words. Otherwise it reads and sorts everything for each page.
 */
export const descending = (column: AnyPgColumn): SQL => sql`${column} desc nulls last`;
