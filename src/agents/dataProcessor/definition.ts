import { z } from "zod";
import type { JsonObject, JsonValue } from "../../json.ts";
import { defineAgent, type FieldMeta } from "../agent.ts";
import { parseCalculations } from "./calculations.ts";
import { parseFieldList, parseKeyPairs } from "./fieldPath.ts";

export const operations = ["filter", "map", "sort", "group", "aggregate", "join", "dedupe", "transform"] as const;
export type Operation = (typeof operations)[number];

const only = (...of: Operation[]) => ({ showWhen: { field: "operation", in: of } }) satisfies FieldMeta;

export const dataProcessorConfig = z
  .strictObject({
    operation: z
      .enum(operations)
      .default("filter")
      .meta({ title: "Operation", editor: "select" } satisfies FieldMeta),
    condition: z
      .string()
      .optional()
      .meta({
        title: "Keep an item when",
        description: "JSONata; an item's fields are named directly, $ is the item, $$.steps.… are other steps.",
        editor: "jsonata",
        placeholder: 'amount > 100 and country = "DE"',
        ...only("filter"),
      } satisfies FieldMeta),
    mapping: z
      .string()
      .optional()
      .meta({
        title: "Each item becomes",
        description: "JSONata; an item's fields are named directly, $ is the item, $$.steps.… are other steps.",
        editor: "jsonata",
        placeholder: '{ "name": name, "total": price * quantity }',
        ...only("map"),
      } satisfies FieldMeta),
    transformation: z
      .string()
      .optional()
      .meta({
        title: "The result is",
        description: "JSONata over everything: data is what arrived (CSV as rows), other is the second input.",
        editor: "jsonata",
        placeholder: '{ "orders": $count(data), "total": $sum(data.amount) }',
        ...only("transform"),
      } satisfies FieldMeta),
    sortBy: z
      .string()
      .optional()
      .meta({
        title: "Sort by",
        description: "Fields, the most important first: country, customer.name. A field with a comma in `backticks`.",
        editor: "line",
        placeholder: "amount",
        ...only("sort"),
      } satisfies FieldMeta),
    direction: z
      .enum(["ascending", "descending"])
      .default("ascending")
      .meta({ title: "Direction", editor: "select", ...only("sort") } satisfies FieldMeta),
    groupBy: z
      .string()
      .optional()
      .meta({
        title: "Group by",
        description: "Fields: country, customer.name. For aggregate, empty makes one group of everything.",
        editor: "line",
        placeholder: "country",
        ...only("group", "aggregate"),
      } satisfies FieldMeta),
    calculate: z
      .string()
      .default("count()")
      .meta({
        title: "Calculate",
        description:
          "count(), sum(field), avg(field), min(field), max(field), each with an optional name: sum(amount) as total",
        editor: "line",
        template: false,
        placeholder: "count(), sum(amount) as total",
        ...only("aggregate"),
      } satisfies FieldMeta),
    joinOn: z
      .string()
      .optional()
      .meta({
        title: "Join on",
        description: "The field that is the same on both sides (id), or one of each side (customerId = id).",
        editor: "line",
        placeholder: "customerId = id",
        ...only("join"),
      } satisfies FieldMeta),
    joinKind: z
      .enum(["inner", "left"])
      .default("inner")
      .meta({
        title: "Rows without a match",
        description: "inner leaves them out, left keeps them.",
        editor: "select",
        ...only("join"),
      } satisfies FieldMeta),
    dedupeBy: z
      .string()
      .optional()
      .meta({
        title: "Same when these are the same",
        description: "Fields: email. Empty compares whole items. The first of each is kept.",
        editor: "line",
        placeholder: "email",
        ...only("dedupe"),
      } satisfies FieldMeta),
    list: z
      .string()
      .optional()
      .meta({
        title: "List inside the data",
        description: "Where the items are, when they are not the data itself: result.orders",
        editor: "line",
        placeholder: "result.orders",
        showWhen: { field: "operation", in: operations.filter((operation) => operation !== "transform") },
      } satisfies FieldMeta),
    format: z
      .enum(["auto", "json", "csv"])
      .default("auto")
      .meta({
        title: "Text is",
        description: "How text is read; auto takes JSON when it begins like JSON, otherwise CSV with a header row.",
        editor: "select",
      } satisfies FieldMeta),
    readNumbers: z
      .boolean()
      .default(true)
      .meta({
        title: "CSV: read numbers",
        description: "A column whose every filled cell is a number becomes numbers; 007 and 1,5 stay text.",
        editor: "switch",
        showWhen: { field: "format", in: ["auto", "csv"] },
      } satisfies FieldMeta),
  })
  .superRefine((config, context) => {
    const report = (field: string, message: string) => context.addIssue({ code: "custom", path: [field], message });
    for (const [field, message] of missingFields(config)) report(field, message);
    if (config.operation === "aggregate") {
      const { problem } = parseCalculations(config.calculate);
      if (problem) report("calculate", problem);
    }
  });
export type DataProcessorConfig = z.output<typeof dataProcessorConfig>;

const filled = (text: string | undefined): boolean => text !== undefined && text.trim() !== "";

/** What the chosen operation cannot do without. Templates count as filled: their value is known only in a run. */
function missingFields(
  config: {
    readonly [field in "condition" | "mapping" | "transformation" | "sortBy" | "groupBy" | "joinOn"]?:
      | string
      | undefined;
  } & { readonly operation: Operation },
): [string, string][] {
  switch (config.operation) {
    case "filter":
      return filled(config.condition) ? [] : [["condition", "Say which items to keep."]];
    case "map":
      return filled(config.mapping) ? [] : [["mapping", "Say what each item becomes."]];
    case "transform":
      return filled(config.transformation) ? [] : [["transformation", "Say what the result is."]];
    case "sort":
      return parseFieldList(config.sortBy).length > 0 ? [] : [["sortBy", "Name at least one field."]];
    case "group":
      return parseFieldList(config.groupBy).length > 0 ? [] : [["groupBy", "Name at least one field."]];
    case "join":
      return parseKeyPairs(config.joinOn).length > 0 ? [] : [["joinOn", "Name the field to join on."]];
    default:
      return [];
  }
}

export const dataProcessorDefinition = defineAgent({
  kind: "dataProcessor",
  label: "Data Processor",
  description: "Filters, maps, sorts, groups, aggregates, joins and reshapes lists that come as JSON or CSV.",
  category: "data",
  local: true,
  icon: "table-properties",
  inputs: [
    {
      name: "data",
      label: "Data",
      type: "any",
      description: "A list, a JSON value, or text that is JSON or CSV with a header row.",
      required: true,
    },
    {
      name: "other",
      label: "Other",
      type: "any",
      description: "The right side of a join; transform sees it as other.",
    },
  ],
  outputs: [
    { name: "data", label: "Data", type: "any", description: "The result: a list, except what transform makes." },
    { name: "metadata", label: "Metadata", type: "object", description: "operation, rowsIn, rowsOut, columns, format" },
  ],
  config: dataProcessorConfig,
  defaults: {
    operation: "filter",
    direction: "ascending",
    calculate: "count()",
    joinKind: "inner",
    format: "auto",
    readNumbers: true,
  },
  budgets: ["timeMs"],
  defaultTimeoutMs: 60_000,
  summary: summarizeDataProcessor,
});

function summarizeDataProcessor(config: JsonObject): string {
  const word = (value: JsonValue | undefined, missing = "…") =>
    typeof value === "string" && value.trim() ? value.trim().replace(/\s+/g, " ").slice(0, 80) : missing;
  switch (config.operation) {
    case "map":
      return `Makes each item ${word(config.mapping)}`;
    case "sort":
      return `Sorts by ${word(config.sortBy)}${config.direction === "descending" ? ", descending" : ""}`;
    case "group":
      return `Groups by ${word(config.groupBy)}`;
    case "aggregate":
      return `Calculates ${word(config.calculate, "count()")} by ${word(config.groupBy, "everything")}`;
    case "join":
      return `Joins with other on ${word(config.joinOn)}${config.joinKind === "left" ? ", keeping all" : ""}`;
    case "dedupe":
      return `Keeps the first of each ${word(config.dedupeBy, "item")}`;
    case "transform":
      return `Makes ${word(config.transformation)}`;
    default:
      return `Keeps items where ${word(config.condition)}`;
  }
}
