import { z } from "zod";
import { isJsonObject, type JsonObject } from "../../json.ts";
import type { PortDefinition } from "../../schemas/agent.ts";
import { portName } from "../../schemas/graph.ts";
import { defineAgent, type FieldMeta } from "../agent.ts";

/** Taken when no case is true. */
export const otherwise = "otherwise";
/** Names that a node's ports have already: its own last way out, and where an error goes. */
const reserved = [otherwise, "error"];
const maxCases = 30;

const switchCase = z.strictObject({
  name: portName
    .refine((name) => !reserved.includes(name), "This name is taken by the switch itself")
    .meta({
      title: "Name",
      description: "The port's name: letters, digits and _.",
      editor: "line",
      template: false,
    } satisfies FieldMeta),
  when: z
    .string()
    .min(1, "Say when this case is taken")
    .meta({
      title: "When",
      description: "JSONata. value is what arrives; steps, inputs and execution are there too.",
      editor: "jsonata",
      placeholder: 'value.kind = "refund"',
    } satisfies FieldMeta),
});

export const switchConfig = z.strictObject({
  cases: z
    .array(switchCase)
    .min(1, "A switch has at least one case")
    .max(maxCases)
    .superRefine((cases, check) => {
      for (const [at, { name }] of cases.entries()) {
        if (cases.findIndex((other) => other.name === name) === at) continue;
        check.addIssue({ code: "custom", message: `Two cases are named “${name}”`, path: [at, "name"] });
      }
    })
    .meta({
      title: "Cases",
      description: "Asked from the top; the first that is true is taken.",
    } satisfies FieldMeta),
});

const inputs: readonly PortDefinition[] = [
  { name: "value", label: "Value", type: "any", description: "What is looked at and passed on." },
];
const lastOutput: PortDefinition = {
  name: otherwise,
  label: "Otherwise",
  type: "any",
  description: "The value, when no case is true.",
};

/** The names that can be ports, each once, whatever the settings are. */
function caseNames(config: JsonObject): string[] {
  const names = new Set<string>();
  for (const each of Array.isArray(config.cases) ? config.cases : []) {
    const name = isJsonObject(each) ? portName.safeParse(each.name).data : undefined;
    if (name !== undefined && !reserved.includes(name)) names.add(name);
  }
  return [...names].slice(0, maxCases);
}

function outputsOf(config: JsonObject): PortDefinition[] {
  const cases = caseNames(config).map(
    (name): PortDefinition => ({
      name,
      label: name,
      type: "any",
      description: `The value, when “${name}” is the first case that is true.`,
    }),
  );
  return [...cases, lastOutput];
}

const defaults = { cases: [{ name: "first", when: "$exists(value)" }] };

export const switchDefinition = defineAgent({
  kind: "switch",
  label: "Switch",
  description: "Sends what arrives down the first way that fits.",
  category: "flow",
  local: true,
  icon: "route",
  inputs,
  outputs: outputsOf(defaults),
  config: switchConfig,
  defaults,
  retries: false,
  ports: (config) => ({ inputs, outputs: outputsOf(config) }),
  summary: summarizeSwitch,
});

function summarizeSwitch(config: JsonObject): string {
  const names = caseNames(config);
  return names.length === 0 ? "No cases yet" : `${names.join(", ")}, otherwise`.slice(0, 80);
}
