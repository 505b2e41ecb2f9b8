import { describe, expect, test } from "bun:test";
import { checkWorkflow, titleOf } from "#client/components/workflow/checkWorkflow.ts";
import { moved } from "#client/components/workflow/inspector/bindTextarea.ts";
import { readDuration, writeDuration } from "#client/components/workflow/inspector/durations.ts";
import { fieldSpecs, isShown } from "#client/components/workflow/inspector/fieldSpecs.ts";
import { referenceChoices } from "#client/components/workflow/inspector/references.ts";
import { paletteGroups } from "#client/components/workflow/paletteEntries.ts";
import { catalogue, registry } from "#src/agents/registry.ts";
import { initialState, pendingStep } from "#src/engine/state.ts";
import type { JsonObject } from "#src/json.ts";
import { graph as graphSchema } from "#src/schemas/graph.ts";

describe("settings generated from an agent's schema", () => {
  test("every setting of every agent gets an editor, lists get their items", () => {
    for (const definition of Object.values(registry)) {
      for (const spec of fieldSpecs(definition)) {
        expect(spec.title).not.toBe("");
        if (spec.editor === "list") expect(spec.items.length).toBeGreaterThan(0);
      }
    }
    expect(fieldSpecs(registry.input).map((spec) => spec.editor)).toEqual(["list"]);
  });

  test("a setting shows only beside the values it is for; a sibling that is not set counts with its default", () => {
    const specs = fieldSpecs(registry.llm);
    const model = specs.find((spec) => spec.name === "model");
    if (!model) throw new Error("The agent has no such setting");
    expect(isShown(model, {}, specs)).toBe(false);
    expect(isShown(model, { provider: "openai" }, specs)).toBe(true);
  });
});

describe("what is wrong with a setting", () => {
  const check = (agent: string, config: JsonObject) =>
    checkWorkflow(
      graphSchema.parse({
        nodes: [{ id: "a", key: "a", agent, name: "A", position: { x: 0, y: 0 }, config }],
        edges: [],
      }),
      catalogue,
    ).map(({ message }) => message);

  test("is told under the name that the inspector shows", () => {
    expect(check("llm", { prompt: "" })).toContain("“Prompt” is not set.");
    expect(check("llm", { prompt: "{{ steps.nobody.text }} {{" })[0]).toStartWith("In “Prompt”:");
  });

  test("in a list names the item, counted from one, and the setting in it", () => {
    expect(titleOf(registry.input, "fields.1.name")).toBe("Fields 2, Name");
    expect(titleOf(registry.input, "nothing.like.it")).toBe("nothing, like, it");
  });
});

describe("references offered to a field", () => {
  const graph = graphSchema.parse({
    nodes: [
      {
        id: "a",
        key: "input",
        agent: "input",
        name: "Input",
        position: { x: 0, y: 0 },
        config: { fields: [{ name: "code", type: "text" }] },
      },
      { id: "b", key: "ask", agent: "llm", name: "Ask", position: { x: 300, y: 0 }, config: { prompt: "x" } },
    ],
    edges: [{ id: "e", source: "a", sourcePort: "value", target: "b", targetPort: "context" }],
  });

  test("before a run an Input offers the fields it declares, and nothing downstream is offered", () => {
    const paths = referenceChoices({ graph, definitions: catalogue.get, state: null }, "b").map((each) => each.path);
    expect(paths).toContain("steps.input.value.code");
    expect(paths.some((path) => path.startsWith("steps.ask"))).toBe(false);
  });

  test("after a run the members of the last value are offered with their values", () => {
    const steps = { a: { ...pendingStep, outputs: { value: { code: "x = 1", lines: 3 } } } };
    const choices = referenceChoices({ graph, definitions: catalogue.get, state: { ...initialState, steps } }, "b");
    expect(choices.find((each) => each.path === "steps.input.value.lines")?.last).toBe(3);
  });
});

describe("small things a person types", () => {
  test("a length of time is read in its unit and written in the largest that fits", () => {
    expect(readDuration("1,5 h")).toBe(5_400_000);
    expect(readDuration("30")).toBe(30_000);
    expect(readDuration("1 h 30 m")).toBe(5_400_000);
    expect(readDuration("soon")).toBeNull();
    expect(writeDuration(3_600_000)).toBe("1 h");
    expect(writeDuration(90_000)).toBe("90 s");
    expect(writeDuration(1_234)).toBe("1234 ms");
  });

  test("the caret stays in its words when somebody else writes or deletes before it", () => {
    expect(moved(5, [{ retain: 2 }, { insert: "abc" }])).toBe(8);
    expect(moved(5, [{ retain: 5 }, { insert: "abc" }])).toBe(5);
    expect(moved(5, [{ delete: 3 }])).toBe(2);
    expect(moved(5, [{ retain: 4 }, { delete: 9 }])).toBe(4);
  });

  test("the palette forgives a slip of the finger, and finds nothing for what resembles nothing", () => {
    const kinds = (search: string) =>
      paletteGroups(search, () => true).flatMap((group) => group.entries.map(({ kind }) => kind));
    expect(kinds("conditoin")).toEqual(["condition"]);
    expect(kinds("analizer")).toEqual(["codeAnalyzer"]);
    expect(kinds("ouput")).toEqual(["output"]);
    expect(kinds("xylophone")).toEqual([]);
    expect(kinds("qq")).toEqual([]);
  });

  test("the palette finds an agent by the beginning of a word of its name first", () => {
    const first = (search: string) => paletteGroups(search, () => true)[0]?.entries[0]?.kind;
    expect(first("inp")).toBe("input");
    expect(first("text")).toBe("llm");
    expect(paletteGroups("nothing like it", () => true)).toEqual([]);
  });
});
