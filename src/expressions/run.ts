import { AppError } from "../errors.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../json.ts";
import { meteredBuiltIns } from "./functions.ts";
import type { ExpressionLimits } from "./limits.ts";
import { isFunction, Meter } from "./meter.ts";
import { type ParsedExpression, parseExpression, type ScopePath, toExpressionError } from "./parse.ts";
import { linearRegexEngine } from "./regex.ts";

const onExit = Symbol.for("jsonata.__evaluate_exit");
/** The meter travels in the evaluation's environment under a name that no expression can spell. */
const meterName = " meter";

interface Environment {
  lookup(name: string): unknown;
}

/** Runs after each node of an expression. */
function afterNode({ members, sortKeys }: Pick<ParsedExpression, "members" | "sortKeys">) {
  // biome-ignore lint/complexity/useMaxParams: JSONata calls it so, once for every node it evaluates
  return (
    node: { type: string; value?: unknown },
    _input: unknown,
    environment: Environment,
    result: unknown,
  ): Promise<void> | undefined => {
    const meter = environment.lookup(meterName);
    if (!(meter instanceof Meter)) throw new AppError("internal", "An expression ran without its meter.");
    // Steps through the scope and variables make nothing new: only what an expression takes or builds is weighed, so a large
    // output of one step does not stand in the way of expressions about another.
    if (node.type === "name" || node.type === "variable") meter.tick();
    else meter.check(result);
    if (sortKeys.has(node)) meter.compare();
    if (node.type === "binary" && node.value === "&" && typeof result === "string") meter.charge(result.length);
    // A function called `then` would make the object look like a promise, and one that nobody ever keeps.
    if (typeof result === "function" && members.has(node))
      throw new AppError("expression_failed", "A function cannot be kept in an object.");
    return meter.pause();
  };
}

/** Whether the path ends at nothing, taking lists as JSONata does: what any item has is there. */
function isMissing(scope: JsonValue, names: readonly string[]): boolean {
  const [name, ...rest] = names;
  if (name === undefined) return false;
  if (Array.isArray(scope)) return scope.length > 0 && scope.every((item) => isMissing(item, names));
  if (!isJsonObject(scope) || !Object.hasOwn(scope, name)) return true;
  return isMissing(scope[name] ?? null, rest);
}

const missingOf = (paths: readonly ScopePath[], scope: JsonObject): string[] =>
  paths.filter(({ names }) => isMissing(scope, names)).map(({ names }) => names.join("."));

/** The value at a path of names through objects only; undefined where a list is on the way and JSONata must decide. */
function lookUp(scope: JsonObject, names: readonly string[]): JsonValue | undefined {
  let value: JsonValue | undefined = scope;
  for (const name of names) {
    if (!isJsonObject(value) || !Object.hasOwn(value, name)) return undefined;
    value = value[name];
  }
  return value;
}

/** JSONata's result as plain JSON: no functions, no marks on its lists. */
function toJson(value: unknown): JsonValue {
  if (value === null || value === undefined) return null;
  if (typeof value === "string" || typeof value === "boolean") return value;
  if (typeof value === "number" && Number.isFinite(value)) return value;
  if (Array.isArray(value)) return value.map(toJson);
  if (typeof value !== "object" || isFunction(value))
    throw new AppError("expression_failed", "The expression gives a function or a number that is none, not a value.");
  const entries = Object.entries(value).filter(([, member]) => member !== undefined);
  if (entries.some(([key]) => key === "__proto__"))
    throw new AppError("expression_failed", "`__proto__` cannot be the name of a member.");
  return Object.fromEntries(entries.map(([key, member]) => [key, toJson(member)]));
}

async function run(
  parsed: ParsedExpression,
  scope: JsonObject,
  limits: ExpressionLimits,
): Promise<JsonValue | undefined> {
  const direct = parsed.plainPath && lookUp(scope, parsed.plainPath.names);
  if (direct !== undefined) return direct;
  const meter = new Meter(limits);
  const bindings = { ...(await meteredBuiltIns(meter, parsed.variables)), [meterName]: meter };
  // JSONata's types allow names only; its environment takes symbols too, and looks its hook up by one.
  parsed.expression.assign(onExit as unknown as string, afterNode(parsed));
  // Read by `evaluate` before it first waits, so evaluations of the same expression do not disturb each other.
  parsed.options.RegexEngine = linearRegexEngine(meter);
  try {
    const result: unknown = await parsed.expression.evaluate(scope, bindings);
    meter.check(result);
    return result === undefined ? undefined : toJson(result);
  } finally {
    meter.end();
  }
}

export interface Outcome {
  readonly value: JsonValue | undefined;
  /** Names that the expression uses and the scope has not; told only where the value is missing. */
  readonly missing: readonly string[];
}

/** Parses and runs one expression. Throws expression_failed and expression_limit. */
export async function outcomeOf(source: string, scope: JsonObject, limits: ExpressionLimits): Promise<Outcome> {
  const parsed = parseExpression(source);
  try {
    const value = await run(parsed, scope, limits);
    return { value, missing: value === undefined ? missingOf(parsed.paths, scope) : [] };
  } catch (error) {
    throw toExpressionError(error);
  }
}
