import { assertNever } from "../../errors.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../../json.ts";
import type { Graph } from "../../schemas/graph.ts";
import { type InputField, inputConfig } from "./definition.ts";

export interface InputProblem {
  /** Name of the field, empty when the input as a whole is at fault. */
  readonly field: string;
  readonly message: string;
}

export interface CheckedInput {
  readonly value: JsonValue;
  readonly problems: readonly InputProblem[];
  /** Members of the input that no field names. */
  readonly ignored: readonly string[];
}

function fits(value: JsonValue, type: InputField["type"]): boolean {
  switch (type) {
    case "text":
    case "paragraph":
      return typeof value === "string";
    case "number":
      return typeof value === "number";
    case "boolean":
      return typeof value === "boolean";
    case "list":
      return Array.isArray(value);
    case "object":
      return isJsonObject(value);
    case "any":
      return true;
    default:
      return assertNever(type);
  }
}

const typeWords: Readonly<Record<InputField["type"], string>> = {
  text: "text",
  paragraph: "text",
  number: "a number",
  boolean: "true or false",
  list: "a list",
  object: "an object",
  any: "a value",
};

/** Only spaces, and the field's author did not offer just that. */
const isBlank = (given: JsonValue, { default: offered }: InputField): boolean =>
  typeof given === "string" && given.trim() === "" && given !== offered;

type CheckField = (field: InputField, given: JsonValue | undefined) => InputProblem | undefined;

const checkField: CheckField = (field, given) => {
  if (given === undefined)
    return field.required ? { field: field.name, message: `\`${field.name}\` is missing.` } : undefined;
  if (fits(given, field.type)) return undefined;
  return { field: field.name, message: `\`${field.name}\` must be ${typeWords[field.type]}.` };
};

/** Who starts a run has to say something. */
const checkEntered: CheckField = (field, given) => {
  const isText = field.type === "text" || field.type === "paragraph";
  if (isText && field.required && given !== undefined && isBlank(given, field))
    return { field: field.name, message: `\`${field.name}\` is empty: it needs some text.` };
  return checkField(field, given);
};

/** An input held against the fields: defaults filled in, every problem told. Pure; the run form and the step share it. */
export const checkInput = (fields: readonly InputField[], input: JsonValue): CheckedInput =>
  check(fields, input, checkEntered);

/** The same for a value that nobody entered: its text may be empty. */
export const checkValue = (fields: readonly InputField[], value: JsonValue): CheckedInput =>
  check(fields, value, checkField);

function check(fields: readonly InputField[], input: JsonValue, checkOne: CheckField): CheckedInput {
  if (fields.length === 0) return { value: input, problems: [], ignored: [] };
  if (input !== null && !isJsonObject(input)) {
    const names = fields.map(({ name }) => name).join(", ");
    return {
      value: input,
      problems: [{ field: "", message: `The input must be an object with ${names}.` }],
      ignored: [],
    };
  }
  const given: JsonObject = input ?? {};
  const value: Record<string, JsonValue> = {};
  const problems: InputProblem[] = [];
  for (const field of fields) {
    const own = Object.hasOwn(given, field.name) ? given[field.name] : undefined;
    // An empty optional field of a form arrives as null.
    const filled = own === undefined || (own === null && field.type !== "any") ? field.default : own;
    const problem = checkOne(field, filled);
    if (problem) problems.push(problem);
    else if (filled !== undefined) value[field.name] = filled;
  }
  const known = new Set(fields.map(({ name }) => name));
  return { value, problems, ignored: Object.keys(given).filter((name) => !known.has(name)) };
}

/** The fields that a run of the graph asks for: those of its Input nodes, the first of a name. Nodes with a broken config ask for nothing. */
export function inputForm(graph: Pick<Graph, "nodes">): InputField[] {
  const byName = new Map<string, InputField>();
  for (const node of graph.nodes) {
    if (node.agent !== "input" || node.disabled) continue;
    const config = inputConfig.safeParse(node.config);
    for (const field of config.data?.fields ?? []) if (!byName.has(field.name)) byName.set(field.name, field);
  }
  return [...byName.values()];
}
