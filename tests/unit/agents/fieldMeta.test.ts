import { describe, expect, test } from "bun:test";
import { z } from "zod";
import { configTexts, templatedFields } from "#src/agents/fieldMeta.ts";

const schema = z.strictObject({
  prompt: z.string().min(1).meta({ editor: "prompt" }),
  query: z.string().meta({ editor: "jsonata" }).optional(),
  code: z.string().default("").meta({ editor: "code" }),
  asIs: z.string().meta({ template: false }),
  codeFromInputs: z.string().meta({ editor: "code", template: true }),
  temperature: z.number(),
  rows: z.array(z.strictObject({ label: z.string(), test: z.string().meta({ editor: "jsonata" }) })),
  headers: z.record(z.string(), z.string()),
  body: z.json(),
  operation: z.discriminatedUnion("type", [
    z.strictObject({ type: z.literal("filter"), where: z.string().meta({ editor: "jsonata" }) }),
    z.strictObject({ type: z.literal("sort"), by: z.string() }),
  ]),
});
const modesOf = (config: Parameters<typeof configTexts>[0]) =>
  Object.fromEntries(configTexts(config, templatedFields(schema)).map(({ path, mode }) => [path.join("."), mode]));

describe("modes of config fields", () => {
  test("a string is a template unless its meta says otherwise", () => {
    expect(modesOf({ prompt: "a", query: "b", code: "c", asIs: "d", codeFromInputs: "e" })).toEqual({
      prompt: "template",
      query: "expression",
      codeFromInputs: "template",
    });
  });

  test("a string in a field of another type is a template", () => {
    expect(modesOf({ temperature: "{{ inputs.t }}" })).toEqual({ temperature: "template" });
  });

  test("lists, records and free JSON are walked", () => {
    expect(modesOf({ rows: [{ label: "a", test: "b" }], headers: { x: "c" }, body: { deep: ["d"] } })).toEqual({
      "rows.0.label": "template",
      "rows.0.test": "expression",
      "headers.x": "template",
      "body.deep.0": "template",
    });
  });

  test("the options of a union keep their own fields' modes", () => {
    expect(modesOf({ operation: { type: "filter", where: "x > 1" } })).toEqual({
      "operation.type": "template",
      "operation.where": "expression",
    });
    expect(modesOf({ operation: { type: "sort", by: "x" } })["operation.by"]).toBe("template");
  });

  test("a config that does not fit the schema at all is walked without an error", () => {
    expect(modesOf({ rows: "x", unknown: ["y"], prompt: { odd: "z" } })).toEqual({
      rows: "template",
      "unknown.0": "template",
      "prompt.odd": "template",
    });
  });
});
