import { useMemo, useState } from "react";
import type { InputField } from "#src/agents/input/definition.ts";
import { checkInput } from "#src/agents/input/form.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "#src/json.ts";

export type InputMode = "form" | "json";

/** What is being entered for a workflow's fields, as a form or as JSON. */
export interface InputDraft {
  readonly mode: InputMode;
  readonly changeMode: (mode: InputMode) => void;
  readonly values: JsonObject;
  readonly set: (name: string, value: JsonValue) => void;
  readonly json: string;
  readonly setJson: (json: string) => void;
  /** Of a field; nothing before the first `read`. */
  readonly problemOf: (name: string) => string | undefined;
  readonly jsonProblem: string | undefined;
  /** The input when it is what the fields ask for; otherwise undefined, and from then on the problems are shown. */
  readonly read: () => JsonValue | undefined;
}

export function useInputDraft(fields: readonly InputField[], initial: JsonValue | null): InputDraft {
  const [mode, setMode] = useState<InputMode>("form");
  const [values, setValues] = useState<JsonObject>(() => begin(fields, initial));
  const [json, setJson] = useState("");
  const [tried, setTried] = useState(false);
  const parsed = useMemo(
    () => (mode === "form" ? { value: fromDraft(fields, values) } : parse(json)),
    [mode, fields, values, json],
  );
  const problems = "value" in parsed ? checkInput(fields, parsed.value).problems : [];
  const wrong = "value" in parsed ? undefined : parsed.problem;
  return {
    mode,
    changeMode(next) {
      if (next === "json") setJson(JSON.stringify(fromDraft(fields, values), null, 2));
      else if ("value" in parsed && isJsonObject(parsed.value)) setValues(begin(fields, parsed.value));
      setMode(next);
    },
    values,
    set: (name, value) => setValues({ ...values, [name]: value }),
    json,
    setJson,
    problemOf: (name) => (tried ? problems.find((problem) => problem.field === name)?.message : undefined),
    jsonProblem: tried ? (wrong ?? problems[0]?.message) : wrong,
    read() {
      setTried(true);
      return "value" in parsed && problems.length === 0 ? parsed.value : undefined;
    },
  };
}

/** Everything but switches is edited as text; a value that is known, or the field's default, is where it begins. */
function begin(fields: readonly InputField[], initial: JsonValue | null): JsonObject {
  const known = isJsonObject(initial) ? initial : {};
  return Object.fromEntries(
    fields.map((field) => {
      const value = known[field.name] ?? field.default;
      if (field.type === "boolean") return [field.name, value === true];
      if (value === undefined || value === null) return [field.name, ""];
      return [field.name, typeof value === "string" ? value : JSON.stringify(value, null, 2)];
    }),
  );
}

/** What the text means by the field's type. Text that is not what it should be stays text, and the check says so. */
function fromDraft(fields: readonly InputField[], draft: JsonObject): JsonObject {
  const input: Record<string, JsonValue> = {};
  for (const { name, type, required } of fields) {
    const value = draft[name];
    if (typeof value !== "string") input[name] = value ?? null;
    else if (type === "text" || type === "paragraph") {
      if (value !== "" || required) input[name] = value;
    } else if (value.trim() !== "") input[name] = meant(value);
  }
  return input;
}

function meant(text: string): JsonValue {
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return text;
  }
}

function parse(text: string): { readonly value: JsonValue } | { readonly problem: string } {
  try {
    return { value: JSON.parse(text) as JsonValue };
  } catch (error) {
    return { problem: `This is not JSON: ${error instanceof Error ? error.message : "it cannot be read"}.` };
  }
}
