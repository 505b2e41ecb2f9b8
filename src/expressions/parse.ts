import jsonata from "jsonata";
import { AppError } from "../errors.ts";
import { BoundedCache } from "./cache.ts";
import { maxNesting, maxParsedTokens, maxSequence, maxSourceLength, maxStack } from "./limits.ts";
import { freeVariables, refusedNames } from "./names.ts";
import { weigh } from "./scan.ts";
import { boundBy, childrenOf, type SyntaxNode } from "./syntax.ts";

/** A path that begins at the scope: `steps.a.text` is `["steps", "a", "text"]`. `ends` are the offsets after each name. */
export interface ScopePath {
  readonly names: readonly string[];
  readonly ends: readonly number[];
}

export interface ParsedExpression {
  readonly expression: jsonata.Expression;
  readonly options: jsonata.JsonataOptions;
  readonly paths: readonly ScopePath[];
  /** The whole expression is this path, without filters: it can be looked up without JSONata. */
  readonly plainPath: ScopePath | undefined;
  /** Nodes whose results become members of objects. */
  readonly members: WeakSet<object>;
  /** Nodes that items are ordered by. */
  readonly sortKeys: WeakSet<object>;
  /** Names of all variables and functions in it. */
  readonly variables: ReadonlySet<string>;
}

const hasStages = (step: SyntaxNode): boolean => (step.stages ?? step.predicate ?? []).length > 0;
const isName = (step: SyntaxNode): step is SyntaxNode & { value: string } =>
  step.type === "name" && typeof step.value === "string";

function scopePath(steps: readonly SyntaxNode[], atRoot: boolean): ScopePath | undefined {
  const [first] = steps;
  if (first === undefined) return undefined;
  // `$$` is the scope everywhere, `$` only where the context still is the scope.
  const fromVariable = first.type === "variable" && (first.value === "$" || (first.value === "" && atRoot));
  if (!fromVariable && !(atRoot && first.type === "name")) return undefined;
  const names: string[] = [];
  const ends: number[] = [];
  for (const step of fromVariable ? steps.slice(1) : steps) {
    if (!isName(step)) break;
    names.push(step.value);
    ends.push(step.position ?? 0);
  }
  return names.length === 0 ? undefined : { names, ends };
}

function plainPathOf(root: SyntaxNode): ScopePath | undefined {
  const keepsSingleton = "keepSingletonArray" in root;
  if (root.type !== "path" || root.group !== undefined || root.predicate !== undefined || keepsSingleton)
    return undefined;
  const plain = (root.steps ?? []).every(
    (step) => isName(step) && !hasStages(step) && step.group === undefined && !("tuple" in step),
  );
  return plain ? scopePath(root.steps ?? [], true) : undefined;
}

/** A name is known when anything in the expression binds it: finer scopes are JSONata's business. */
function refuseUnknown(root: SyntaxNode, variables: ReadonlyMap<string, number | undefined>): void {
  const bound = new Set<string>();
  const pending = [root];
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    for (const name of boundBy(node)) bound.add(name);
    for (const child of childrenOf(node)) pending.push(child.node);
  }
  for (const [name, position] of variables)
    if (!freeVariables.has(name) && !bound.has(name)) refuse(`$${name}`, position);
}

function refuse(name: string, position: number | undefined): never {
  throw new AppError("expression_failed", `\`${name}\` is not known in an expression.`, {
    detail: { position: position ?? 0 },
  });
}

function inspect(
  root: SyntaxNode,
): Pick<ParsedExpression, "paths" | "members" | "sortKeys" | "variables" | "plainPath"> {
  const byPlace = new Map<string, ScopePath>();
  const members = new WeakSet<object>();
  const sortKeys = new WeakSet<object>();
  const variables = new Map<string, number | undefined>();

  const pending: { node: SyntaxNode; atRoot: boolean }[] = [{ node: root, atRoot: true }];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { node, atRoot } = next;
    if (isName(node) && refusedNames.has(node.value)) refuse(node.value, node.position);
    if (node.type === "variable" && typeof node.value === "string") variables.set(node.value, node.position);
    // `| ... |` copies by `$clone` without naming it.
    if (node.type === "transform") variables.set("clone", node.position);
    const path = node.type === "path" ? scopePath(node.steps ?? [], atRoot) : undefined;
    // A branch copied by the parser has the same places: one reference.
    if (path) byPlace.set(path.ends.join(), path);
    for (const child of childrenOf(node)) {
      if (child.isMember) members.add(child.node);
      if (child.isSortKey) sortKeys.add(child.node);
      pending.push({ node: child.node, atRoot: atRoot && child.sameContext });
    }
  }
  const paths = [...byPlace.values()].sort((a, b) => (a.ends[0] ?? 0) - (b.ends[0] ?? 0));
  refuseUnknown(root, variables);
  return { paths, members, sortKeys, variables: new Set(variables.keys()), plainPath: plainPathOf(root) };
}

function parseFresh(source: string): ParsedExpression {
  if (source.trim() === "")
    throw new AppError("expression_failed", "The expression is empty.", { detail: { position: 0 } });
  if (source.length > maxSourceLength)
    throw new AppError(
      "expression_limit",
      `An expression has at most ${maxSourceLength} characters; this one has ${source.length}.`,
    );
  const weight = weigh(source);
  if (weight.nesting > maxNesting || weight.tokens > maxParsedTokens)
    throw new AppError("expression_limit", "The expression is nested too deeply.");
  const options: jsonata.JsonataOptions = { stack: maxStack, sequence: maxSequence };
  const expression = jsonata(source, options);
  return { expression, options, ...inspect(expression.ast() as SyntaxNode) };
}

/** JSONata throws plain objects `{ code, message, position }`; their text names the place, never our own code. */
export function toExpressionError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  // Stack or string too large for the platform: nothing of it is kept.
  if (error instanceof RangeError)
    return new AppError("expression_limit", "The expression needs too much memory or nesting.");
  const thrown = typeof error === "object" && error !== null ? (error as Record<string, unknown>) : {};
  const code = typeof thrown.code === "string" ? thrown.code : "";
  const isLimit = ["D1011", "D1012", "D2014", "D2015"].includes(code);
  const known = code !== "" && typeof thrown.message === "string";
  const message = known ? String(thrown.message).slice(0, 300) : "The expression could not be evaluated.";
  return new AppError(isLimit ? "expression_limit" : "expression_failed", message, {
    cause: error,
    ...(typeof thrown.position === "number" ? { detail: { position: thrown.position } } : {}),
  });
}

const cache = new BoundedCache<ParsedExpression>(1_000);

/** Parses, or takes from the last thousand. Throws expression_failed (syntax, refused names) and expression_limit. */
export function parseExpression(source: string): ParsedExpression {
  const known = cache.get(source);
  if (known !== undefined) return known;
  let parsed: ParsedExpression;
  try {
    parsed = parseFresh(source);
  } catch (error) {
    throw toExpressionError(error);
  }
  cache.set(source, parsed);
  return parsed;
}
