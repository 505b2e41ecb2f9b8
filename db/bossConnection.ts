import { answered } from "./answered.ts";
import type { Database } from "./client.ts";
import { toDatabaseError } from "./errors.ts";

/** What pg-boss wants of a database (its IDatabase). */
export interface BossConnection {
  executeSql(text: string, values?: unknown[]): Promise<{ rows: unknown[] }>;
}

/** More than others have: the first start makes a schema. */
const answerMs = 30_000;

type Cell = string | number | boolean | null;
const jsonTypes: ReadonlySet<number> = new Set([114, 3802]);
const timeTypes: ReadonlySet<number> = new Set([1114, 1184]);

/**
 * The queue's own door: as the tables' owner, in its own schema, each call in a transaction of its own. On the embedded database the
 * connection has the engine's role in between, so the owner's is taken on first.
 */
export function bossConnection(db: Database): BossConnection {
  return {
    async executeSql(text, values = []) {
      try {
        const asked: Promise<unknown> = db.ownerSql.begin(async (sql) => {
          if (db.kind === "pglite") await sql`select set_config('role', 'none', true)`;
          return sql.unsafe(withoutTransaction(text), values.map(toParameter));
        });
        return { rows: rowsOf(await answered(asked, db.answerMs === null ? null : answerMs)) };
      } catch (error) {
        throw toDatabaseError(error);
      }
    },
  };
}

/**
 * Several statements come with a `begin` and a `commit` around them, which are here already: the driver would take the inner `commit`
 * for the end of its own transaction, give the connection to somebody else and wait for ever.
 */
const withoutTransaction = (text: string): string =>
  /^\s*begin\s*;/i.test(text) ? text.replace(/^\s*begin\s*;/i, "").replace(/commit\s*;?\s*$/i, "") : text;

/** Times, lists and objects as text: the driver knows no types of a statement that it sees for the first time. */
function toParameter(value: unknown): Cell {
  if (value === null || value === undefined) return null;
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value)) return `{${value.map((item) => toItem(toParameter(item))).join(",")}}`;
  if (typeof value === "object") return JSON.stringify(value);
  return value as Cell;
}

function toItem(cell: Cell): string {
  return typeof cell === "string" ? `"${cell.replace(/["\\]/g, "\\$&")}"` : String(cell);
}

interface Result extends Array<Record<string, unknown>> {
  readonly columns?: readonly { readonly name: string; readonly type: number }[];
}

/** Several statements give several results. Drizzle leaves JSON and times of its connections as text; here they are read. */
function rowsOf(result: unknown): unknown[] {
  const results = (Array.isArray(result) && Array.isArray(result[0]) ? result : [result]) as Result[];
  return results.flatMap((rows) => {
    const json = rows.columns?.filter(({ type }) => jsonTypes.has(type)) ?? [];
    const times = rows.columns?.filter(({ type }) => timeTypes.has(type)) ?? [];
    return [...rows].map((row) => {
      const read = { ...row };
      for (const { name } of json) if (typeof read[name] === "string") read[name] = JSON.parse(read[name]);
      for (const { name } of times) if (typeof read[name] === "string") read[name] = new Date(read[name]);
      return read;
    });
  });
}
