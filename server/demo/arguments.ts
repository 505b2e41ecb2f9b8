import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { AppError } from "#src/errors.ts";
import { type JsonValue, jsonValue } from "#src/json.ts";
import { type Graph, graph } from "#src/schemas/graph.ts";
import { demoWorkflow } from "./demoWorkflow.ts";

export const usage = `npm run demo [-- [path/to/workflow.json] [--input JSON]]
  path      a workflow: copied from the canvas, or an answer of GET /api/workflows/{id}; the demo workflow when absent
  --input   the execution's input; the workflow's own defaults when absent`;

export interface DemoRequest {
  readonly name: string;
  readonly graph: Graph;
  readonly input: JsonValue;
}

function parseJson(text: string, what: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new AppError("bad_request", `${what} is not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function readText(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    throw new AppError("bad_request", `${path} cannot be read.`, { cause: error });
  }
}

/** The graph itself, or the whole answer of the API or the clipboard around it. */
function readGraph(path: string): Graph {
  const parsed = parseJson(readText(path), path);
  const inner = typeof parsed === "object" && parsed !== null && "graph" in parsed ? parsed.graph : parsed;
  const plain =
    typeof inner === "object" && inner !== null
      ? Object.fromEntries(Object.entries(inner).filter(([name]) => name in graph.shape))
      : inner;
  const result = graph.safeParse(plain);
  if (result.success) return result.data;
  const lines = result.error.issues
    .slice(0, 10)
    .map((issue) => `  ${issue.path.join(".") || "(top)"}: ${issue.message}`);
  throw new AppError("bad_request", `${path} is not a workflow:\n${lines.join("\n")}`);
}

/** What to run, from the command line. Throws `bad_request` with what is wrong. */
export function readArguments(args: readonly string[]): DemoRequest {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: { input: { type: "string" } },
    allowPositionals: true,
    strict: true,
  });
  if (positionals.length > 1) throw new AppError("bad_request", "One workflow at a time.");
  const [path] = positionals;
  const input = values.input === undefined ? {} : parseJson(values.input, "--input");
  const checked = jsonValue.safeParse(input);
  if (!checked.success) throw new AppError("bad_request", "--input is not a JSON value.");
  return path === undefined
    ? { name: demoWorkflow.name, graph: demoWorkflow.graph, input: checked.data }
    : { name: path, graph: readGraph(path), input: checked.data };
}
