import { answered } from "./answered.ts";
import type { Database } from "./client.ts";
import { sqlState, toDatabaseError } from "./errors.ts";
import { refuseInsideTransaction } from "./openTransaction.ts";

/** What goes into a hot statement: text, numbers, null and lists of them (lists become Postgres arrays). */
export type Parameter = string | number | null | readonly (string | number | null)[];

/**
 * The engine's door for the statements in `statements/`: one prepared statement is one transaction, as agentflow_engine, with
 * nothing sent around it. One that met another (deadlock) is sent again. Throws what the driver throws, because the store tells causes apart; `toDatabaseError` maps it.
 */
export const engineStatement = <Row>(
  db: Database,
  statement: string,
  parameters: readonly Parameter[],
): Promise<Row[]> => ask(db, () => db.engineSql, { statement, parameters });

/** As `engineStatement`, for the statement that claims. */
export const claimStatement = <Row>(
  db: Database,
  statement: string,
  parameters: readonly Parameter[],
): Promise<Row[]> => ask(db, () => db.claimSql, { statement, parameters });

interface Asked {
  readonly statement: string;
  readonly parameters: readonly Parameter[];
}

async function ask<Row>(
  db: Database,
  through: () => Database["engineSql"],
  { statement, parameters }: Asked,
): Promise<Row[]> {
  refuseInsideTransaction();
  const given = parameters.map(toText);
  for (let tries = 1; ; tries += 1) {
    const sql = through();
    try {
      const asked = sql.unsafe(statement, given, { prepare: true });
      return (await answered(asked, db.answerMs, (isInTime) => db.note(sql, isInTime))) as unknown as Row[];
    } catch (error) {
      if (tries === mostTries || !hasMetAnother(error)) throw error;
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 10 * 2 ** tries));
    }
  }
}

/** A statement that met another was undone as a whole: sent again it finds things as the other left them. */
const mostTries = 5;
const hasMetAnother = (error: unknown): boolean => ["40001", "40P01"].includes(sqlState(error) ?? "");

/** As `engineStatement`, with errors mapped: for statements that are simply tried again by their caller. */
export async function engineRows<Row>(
  db: Database,
  statement: string,
  parameters: readonly Parameter[],
): Promise<Row[]> {
  try {
    return await engineStatement<Row>(db, statement, parameters);
  } catch (error) {
    throw toDatabaseError(error);
  }
}

/** Lists as array literals: the driver knows no array types of a statement that it prepares for the first time. */
function toText(parameter: Parameter): string | number | null {
  if (!Array.isArray(parameter)) return parameter as string | number | null;
  // A list is of numbers or of texts, and most are of numbers.
  const isPlain = typeof parameter[0] === "number" && !parameter.includes(null);
  return `{${(isPlain ? parameter : parameter.map(toItem)).join(",")}}`;
}

function toItem(item: string | number | null): string | number {
  if (item === null) return "null";
  if (typeof item === "number") return item;
  return special.test(item) ? `"${item.replace(everySpecial, "\\$&")}"` : `"${item}"`;
}

const special = /["\\]/;
const everySpecial = /["\\]/g;
