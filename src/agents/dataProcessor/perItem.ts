import { AppError, toAppError } from "../../errors.ts";
import { checkExpression } from "../../expressions/references.ts";
import { isJsonObject, type JsonValue } from "../../json.ts";
import type { AgentContext } from "../agent.ts";

type Evaluator = Pick<AgentContext, "evaluate" | "signal" | "breathe">;

/** Items of one evaluation: enough not to feel what a single one costs, few enough for a cancel in between. */
const batchSize = 500;
/** Not a name that somebody would use: `$$` shows only the batch under it. */
const scopeName = "__items";

/** Whether the condition holds for each item; a missing value is false, text and lists hold when they are not empty, as in JSONata's `$boolean`. */
export async function testItems(
  condition: string,
  items: readonly JsonValue[],
  context: Evaluator,
): Promise<boolean[]> {
  const results = await evaluateBatches(
    { before: "$boolean((\n", expression: condition, after: "\n))" },
    items,
    context,
  );
  return results.map((result) => result === true);
}

/**
 * Evaluates a JSONata expression with each item as its context, so that the item's fields are named directly and `$` is the item;
 * other steps are reached from the root (`$$.steps`). One result for each item, null where the expression gives nothing.
 * Errors are those of `context.evaluate`, their position counted in the expression.
 */
export function mapItems(expression: string, items: readonly JsonValue[], context: Evaluator): Promise<JsonValue[]> {
  return evaluateBatches({ before: "(\n", expression, after: "\n)" }, items, context);
}

interface Source {
  readonly before: string;
  readonly expression: string;
  readonly after: string;
}

/**
 * A batch is one evaluation of `[items.{"value": (expression)}]`: the object keeps each result apart, where a bare path would flatten lists
 * and leave out what is missing.
 */
async function evaluateBatches(source: Source, items: readonly JsonValue[], context: Evaluator): Promise<JsonValue[]> {
  refuseSyntax(source.expression);
  refuseLists(items);
  refuseBareRoots(source.expression, items);
  const results: JsonValue[] = [];
  for (let start = 0, size = batchSize; start < items.length; ) {
    if (context.signal.aborted) throw toAppError(context.signal.reason, "cancelled", "Cancelled.");
    await context.breathe();
    const batch = items.slice(start, start + size);
    try {
      for (const result of await evaluateBatch(source, batch, context)) results.push(result);
      start += batch.length;
    } catch (error) {
      // The limits of an evaluation are meant for one value: large or slow items are taken in smaller batches.
      if (!(error instanceof AppError) || error.code !== "expression_limit" || batch.length === 1) throw error;
      size = Math.ceil(batch.length / 4);
    }
  }
  return results;
}

async function evaluateBatch(
  { before, expression, after }: Source,
  batch: readonly JsonValue[],
  context: Evaluator,
): Promise<JsonValue[]> {
  const prefix = `[${scopeName}.{"value": ${before}`;
  try {
    const answer = await context.evaluate(`${prefix}${expression}${after}}]`, { [scopeName]: batch });
    if (!Array.isArray(answer) || answer.length !== batch.length)
      throw new AppError("expression_failed", "The expression does not give one result for each item.");
    return answer.map((each) => (isJsonObject(each) ? (each.value ?? null) : null));
  } catch (error) {
    const position = error instanceof AppError ? error.detail?.position : undefined;
    if (!(error instanceof AppError) || typeof position !== "number") throw error;
    const own = Math.min(expression.length, Math.max(0, position - prefix.length));
    throw new AppError(error.code, error.message, { detail: { ...error.detail, position: own }, cause: error });
  }
}

/** Before it is put between our brackets, the expression must be one by itself. */
function refuseSyntax(expression: string): void {
  const { problem } = checkExpression(expression);
  if (problem) throw new AppError("expression_failed", problem.message, { detail: { position: problem.position } });
}

function refuseLists(items: readonly JsonValue[]): void {
  const nested = items.findIndex((item) => Array.isArray(item));
  if (nested < 0) return;
  throw new AppError(
    "input_invalid",
    `Item ${nested + 1} is itself a list, which an expression per item would take apart. Use transform, or flatten the list first.`,
  );
}

/** `steps.x` here would look for a field of the item, find none and say nothing. */
function refuseBareRoots(expression: string, items: readonly JsonValue[]): void {
  const withoutText = expression.replace(/"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`[^`]*`|\/\*[\s\S]*?\*\//g, "''");
  const root = /(?<![\w.$])(steps|inputs|execution)\s*\./.exec(withoutText)?.[1];
  if (root === undefined || items.some((item) => isJsonObject(item) && Object.hasOwn(item, root))) return;
  throw new AppError(
    "expression_failed",
    `Here names are fields of the item, and no item has “${root}”. Write $$.${root}.… to reach what is outside the item.`,
  );
}
