import { AppError } from "../errors.ts";
import { parseExpression } from "./parse.ts";
import { splitTemplate } from "./template.ts";

export { hasTemplate } from "./template.ts";

export const referenceRoots = ["steps", "inputs", "execution", "iteration"] as const;

/** `steps.analyze.report` is root `steps` with path `["analyze", "report"]`. The path ends where it stops being names. */
export interface Reference {
  readonly root: (typeof referenceRoots)[number];
  readonly path: readonly string[];
}

export interface ExpressionCheck {
  readonly references: readonly Reference[];
  /** `position` counts characters from the start of the checked text. */
  readonly problem?: { readonly message: string; readonly position: number };
}

const isRoot = (name: string | undefined): name is Reference["root"] => referenceRoots.some((root) => root === name);

function problemOf(error: unknown, offset: number): { message: string; position: number } {
  if (!(error instanceof AppError)) throw error;
  const position = error.detail?.position;
  return { message: error.message, position: offset + (typeof position === "number" ? position : 0) };
}

/** What a JSONata expression refers to, or why it is none. Never throws. */
export function checkExpression(source: string): ExpressionCheck {
  try {
    const references = parseExpression(source).paths.flatMap(({ names: [root, ...path] }) =>
      isRoot(root) ? [{ root, path }] : [],
    );
    return { references };
  } catch (error) {
    return { references: [], problem: problemOf(error, 0) };
  }
}

function unknownName(source: string, offset: number): ExpressionCheck["problem"] {
  const unknown = parseExpression(source).paths.find(({ names: [root] }) => !isRoot(root));
  const [name = ""] = unknown?.names ?? [];
  if (unknown === undefined) return undefined;
  return {
    message: `\`${name}\` is not known here: begin with steps, inputs, execution or iteration.`,
    position: offset + Math.max(0, (unknown.ends[0] ?? 0) - name.length),
  };
}

/** What the `{{ }}` of a text refer to, and the first thing that is wrong with them. Never throws. */
export function checkTemplate(text: string): ExpressionCheck {
  const template = splitTemplate(text);
  const references: Reference[] = [];
  let problem: ExpressionCheck["problem"];
  for (const part of template.parts) {
    if (part.kind === "text") continue;
    const check = checkExpression(part.source);
    references.push(...check.references);
    problem ??= check.problem
      ? { message: check.problem.message, position: part.start + check.problem.position }
      : unknownName(part.source, part.start);
  }
  if (template.unclosedAt !== undefined)
    problem ??= { message: "This {{ is never closed by }}.", position: template.unclosedAt };
  return problem === undefined ? { references } : { references, problem };
}
