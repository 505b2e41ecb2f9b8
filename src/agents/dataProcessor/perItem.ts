import { AppError } from "../../errors.ts";
import { isJsonObject, type JsonValue } from "../../json.ts";
import type { AgentContext } from "../agent.ts";

/** Items of one evaluation: few enough for its time limit and for a cancel in between, many enough not to feel its cost. */
const batchSize = 1_000;

/**
 * Evaluates a JSONata expression with each item as its context, so that the item's fields are named directly and `$` is the item;
 * other steps are reached from the root (`$$.steps`). One result for each item, null where the expression gives nothing.
 *
 * A batch is one evaluation of `[items.{"value": (expression)}]`: the object keeps each result apart, where a bare path would flatten lists
 * and leave out what is missing.
 */
export async function evaluatePerItem(
  expression: string,
  items: readonly JsonValue[],
  context: Pick<AgentContext, "evaluate" | "signal">,
): Promise<JsonValue[]> {
  const nested = items.findIndex((item) => Array.isArray(item));
  if (nested >= 0)
    throw new AppError(
      "input_invalid",
      `Item ${nested + 1} is itself a list, which an expression per item would take apart. Use transform, or flatten the list first.`,
    );
  const source = `[${scopeName}.{"value": (\n${expression}\n)}]`;
  const results: JsonValue[] = [];
  for (let start = 0; start < items.length; start += batchSize) {
    if (context.signal.aborted) throw new AppError("cancelled", "Cancelled.", { cause: context.signal.reason });
    const batch = items.slice(start, start + batchSize);
    const answer = await context.evaluate(source, { [scopeName]: batch });
    if (!Array.isArray(answer) || answer.length !== batch.length)
      throw new AppError(
        "expression_failed",
        "The expression does not give one result for each item: write it as one value.",
      );
    for (const each of answer) results.push(isJsonObject(each) ? (each.value ?? null) : null);
  }
  return results;
}

/** Not a name that somebody would use: `$$` shows only the batch under it. */
const scopeName = "__items";
