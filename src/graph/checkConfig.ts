import type { z } from "zod";
import type { AgentDefinition } from "../agents/agent.ts";
import { type ConfigText, configTexts, templatedFields } from "../agents/fieldMeta.ts";
import { portsOf } from "../agents/ports.ts";
import { checkExpression, checkTemplate, hasTemplate } from "../expressions/references.ts";
import type { JsonObject, JsonValue } from "../json.ts";
import type { GraphNode } from "../schemas/graph.ts";
import { portOf } from "./checkEdges.ts";
import type { Inspection } from "./inspection.ts";
import type { Reach } from "./scopes.ts";

export interface ConfigInspection extends Inspection {
  /** Null in a graph with a cycle, where "before" means nothing. */
  readonly reach: Reach | null;
}

export interface CheckedConfig {
  /** The parsed config, when nothing in it depends on the run. */
  readonly ready: { readonly config: unknown } | null;
  /** Ids of the upstream nodes that are read by name; `all` when it cannot be told which. */
  readonly reads: "all" | ReadonlySet<string>;
}

/** The settings of one node: references first, then the agent's schema for everything that does not wait for the run. */
export function checkConfig(node: GraphNode, definition: AgentDefinition, inspection: ConfigInspection): CheckedConfig {
  if (isTooDeep(node.config)) {
    const message = `The settings of “${node.name}” are nested deeper than ${maxDepth} levels.`;
    inspection.findings.error("config_invalid", message, { nodeId: node.id });
    return { ready: null, reads: new Set() };
  }
  const texts = configTexts(node.config, templatedFields(definition.config));
  const reads = new Set<string>();
  const check: ConfigCheck = { ...inspection, node, definition, reads };
  const templated = new Set<string>();
  let readsAll = false;
  for (const text of texts) {
    const isTemplate = text.mode === "template" && hasTemplate(text.text);
    if (isTemplate) templated.add(dotted(text.path));
    if (isTemplate || (text.mode === "expression" && text.text.trim() !== "")) {
      if (checkReferences(text, check) === "all") readsAll = true;
    }
  }
  const parsed = definition.config.safeParse(node.config);
  if (!parsed.success) reportIssues(parsed.error.issues, templated, check);
  return {
    ready: parsed.success && templated.size === 0 ? { config: parsed.data } : null,
    reads: readsAll ? "all" : reads,
  };
}

/** Far more than a person fills in, far less than what fills the stack of whoever walks it. */
const maxDepth = 100;

function isTooDeep(value: JsonValue, depth = 0): boolean {
  if (typeof value !== "object" || value === null) return false;
  return depth > maxDepth || Object.values(value).some((item) => isTooDeep(item, depth + 1));
}

/** The check of one node. */
interface ConfigCheck extends ConfigInspection {
  readonly node: GraphNode;
  readonly definition: AgentDefinition;
  /** Filled with the ids of the upstream nodes that are read by name. */
  readonly reads: Set<string>;
}

function checkReferences(text: ConfigText, check: ConfigCheck): "all" | "named" {
  const { node, findings } = check;
  const field = dotted(text.path);
  const place = { nodeId: node.id, field };
  const isExpression = text.mode === "expression";
  const { references, problem } = isExpression ? checkExpression(text.text) : checkTemplate(text.text);
  if (problem !== undefined) {
    findings.error("expression_syntax", `In “${field}”: ${problem.message} (at ${problem.position + 1}).`, place);
    return "named";
  }
  // The whole scope by another name: what is read of it cannot be told from outside.
  let readsAll = text.text.includes("$$");
  for (const { root, path } of references) {
    const [first, second] = path;
    if (root === "steps" && first === undefined) readsAll = true;
    else if (root === "steps")
      checkStep([first ?? "", second], check, (code, words) => findings.error(code, words, place));
    // In a field of its own, `inputs` and `execution` may as well be names in the value at hand.
    else if (isExpression || first === undefined) continue;
    else if (root === "inputs")
      checkInput(first, check, (words, severity) => findings[severity]("unknown_reference", words, place));
    else if (root === "iteration") checkIteration(node, (words) => findings.error("unknown_reference", words, place));
    else if (!["id", "input"].includes(first)) {
      findings.error(
        "unknown_reference",
        `“execution.${first}” does not exist. There are execution.id and execution.input.`,
        place,
      );
    }
  }
  return readsAll ? "all" : "named";
}

function checkStep(
  [key, port]: readonly [string, string | undefined],
  { node, index, reach, definitionOf, reads }: ConfigCheck,
  report: (code: "unknown_reference" | "reference_not_upstream", message: string) => void,
): void {
  const source = index.byKey.get(key);
  if (source === undefined) {
    report("unknown_reference", `“steps.${key}”: no node has the key “${key}”.`);
    return;
  }
  if (reach !== null && !reach.isBefore(source, node)) {
    report("reference_not_upstream", `“steps.${key}”: ${whyNotBefore(source, node, index)}`);
    return;
  }
  reads.add(source.id);
  const definition = definitionOf(source);
  const outputs = definition && portsOf(definition, source).outputs;
  if (port === undefined || outputs === undefined || portOf(outputs, port) !== undefined) return;
  const have = outputs.map((output) => output.name).join(", ") || "none";
  report("unknown_reference", `“steps.${key}.${port}”: “${source.name}” has no output “${port}” (it has: ${have}).`);
}

function checkIteration(node: GraphNode, report: (message: string) => void): void {
  if (node.parent === undefined) report("“iteration” exists only inside a container.");
}

function whyNotBefore(source: GraphNode, node: GraphNode, index: Inspection["index"]): string {
  if (source.id === node.id) return "a node cannot read itself. Connect it upstream.";
  const frame = source.parent === undefined ? undefined : index.nodes.get(source.parent);
  if (frame !== undefined && frame.id !== node.parent)
    return `“${source.name}” runs once for each iteration of “${frame.name}”. Read the results of “${frame.name}”.`;
  return `“${source.name}” does not come before this node. Connect it upstream.`;
}

function checkInput(
  port: string,
  { node, definition, index }: ConfigCheck,
  report: (message: string, severity: "error" | "warning") => void,
): void {
  const { inputs } = portsOf(definition, node);
  if (portOf(inputs, port) === undefined) {
    const have = inputs.map((input) => input.name).join(", ") || "none";
    report(`“inputs.${port}”: this node has no input “${port}” (it has: ${have}).`, "error");
  } else if (!index.inbound.get(node.id)?.some((edge) => edge.targetPort === port)) {
    report(`“inputs.${port}”: nothing is connected to this input.`, "warning");
  }
}

function reportIssues(
  issues: readonly z.core.$ZodIssue[],
  templated: ReadonlySet<string>,
  { node, findings }: ConfigCheck,
): void {
  for (const issue of issues) {
    const field = dotted(issue.path);
    // What a template will give is not known yet: the step checks it again when it runs.
    if (templated.has(field)) continue;
    if (issue.code === "invalid_union" && [...templated].some((path) => path.startsWith(`${field}.`))) continue;
    if (issue.code === "unrecognized_keys") {
      for (const key of issue.keys) {
        const path = dotted([...issue.path, key]);
        findings.error("config_invalid", `“${path}” is not a setting of this agent.`, { nodeId: node.id, field: path });
      }
    } else if (isMissing(valueAt(node.config, issue.path))) {
      findings.error("config_missing", `“${field}” is not set.`, { nodeId: node.id, field });
    } else findings.error("config_invalid", `“${field}”: ${issue.message}.`, { nodeId: node.id, field });
  }
}

const isMissing = (value: unknown): boolean => value === undefined || value === null || value === "";

function valueAt(config: JsonObject, path: readonly PropertyKey[]): unknown {
  let value: unknown = config;
  for (const step of path) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, step)) return undefined;
    value = (value as Record<PropertyKey, unknown>)[step];
  }
  return value;
}

/** `a.0.b` */
function dotted(path: readonly PropertyKey[]): string {
  return path.map(String).join(".");
}
