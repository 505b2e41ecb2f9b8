import { Play } from "lucide-react";
import { type FormEvent, useMemo, useState } from "react";
import { Button } from "#client/components/ui/Button.tsx";
import { Dialog } from "#client/components/ui/Dialog.tsx";
import { Field } from "#client/components/ui/Field.tsx";
import { Input, Textarea } from "#client/components/ui/Input.tsx";
import { matchesKeys } from "#client/components/ui/keys.ts";
import { SegmentedControl } from "#client/components/ui/SegmentedControl.tsx";
import { Switch } from "#client/components/ui/Switch.tsx";
import type { InputField } from "#src/agents/input/definition.ts";
import { checkInput } from "#src/agents/input/form.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "#src/json.ts";
import { readRunInput, writeRunInput } from "./runInput.ts";

interface RunFormProps {
  readonly workflowId: string;
  readonly fields: readonly InputField[];
  readonly busy: boolean;
  readonly onRun: (input: JsonValue) => void;
  readonly onClose: () => void;
}

/** What a run asks for, as a form or as JSON; remembered for the next run of this workflow in this browser. */
export function RunForm({ workflowId, fields, busy, onRun, onClose }: RunFormProps) {
  const [mode, setMode] = useState<"form" | "json">("form");
  const [draft, setDraft] = useState<JsonObject>(() => begin(fields, readRunInput(workflowId)));
  const [json, setJson] = useState("");
  const [tried, setTried] = useState(false);
  const parsed = useMemo(
    () => (mode === "form" ? { value: fromDraft(fields, draft) } : parse(json)),
    [mode, fields, draft, json],
  );
  const problems = "value" in parsed ? checkInput(fields, parsed.value).problems : [];
  const wrong = "value" in parsed ? null : parsed.problem;
  const problemOf = (name: string) => (tried ? problems.find((problem) => problem.field === name)?.message : undefined);

  const submit = (event?: FormEvent) => {
    event?.preventDefault();
    setTried(true);
    if (!("value" in parsed) || problems.length > 0) return;
    writeRunInput(workflowId, parsed.value);
    onRun(parsed.value);
  };
  const change = (next: "form" | "json") => {
    if (next === "json") setJson(JSON.stringify(fromDraft(fields, draft), null, 2));
    else if ("value" in parsed && isJsonObject(parsed.value)) setDraft(begin(fields, parsed.value));
    setMode(next);
  };

  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title="Run with"
      width="md"
      actions={
        <Button variant="primary" icon={Play} shortcut="mod+Enter" busy={busy} onClick={() => submit()}>
          Run
        </Button>
      }
    >
      <form
        onSubmit={submit}
        className="flex flex-col gap-4"
        onKeyDown={(event) => {
          if (matchesKeys(event.nativeEvent, "mod+Enter")) submit(event);
        }}
      >
        <SegmentedControl
          label="How to enter it"
          value={mode}
          onChange={change}
          options={[
            { value: "form", label: "Form" },
            { value: "json", label: "JSON" },
          ]}
        />
        {mode === "form" ? (
          fields.map((field, index) => (
            <RunField
              key={field.name}
              field={field}
              first={index === 0}
              value={draft[field.name]}
              problem={problemOf(field.name)}
              onChange={(value) => setDraft({ ...draft, [field.name]: value })}
            />
          ))
        ) : (
          <Field label="Input" error={tried ? (wrong ?? problems[0]?.message) : wrong}>
            {(control) => (
              <Textarea
                {...control}
                rows={14}
                spellCheck={false}
                className="font-mono text-xs"
                value={json}
                onChange={(event) => setJson(event.target.value)}
              />
            )}
          </Field>
        )}
        <button type="submit" hidden />
      </form>
    </Dialog>
  );
}

interface RunFieldProps {
  readonly field: InputField;
  readonly first: boolean;
  readonly value: JsonValue | undefined;
  readonly problem: string | undefined;
  readonly onChange: (value: JsonValue) => void;
}

function RunField({ field, first, value, problem, onChange }: RunFieldProps) {
  const words = typeof value === "string" ? value : "";
  const hint = [field.description, field.required ? "" : "Optional."].filter(Boolean).join(" ");
  return (
    <Field label={field.name} hint={hint || undefined} error={problem}>
      {(control) => {
        if (field.type === "boolean") return <Switch id={control.id} checked={value === true} onChange={onChange} />;
        if (field.type === "text" || field.type === "number") {
          return (
            <Input
              {...control}
              autoFocus={first}
              inputMode={field.type === "number" ? "decimal" : "text"}
              value={words}
              onChange={(event) => onChange(event.target.value)}
            />
          );
        }
        const isJson = field.type !== "paragraph";
        return (
          <Textarea
            {...control}
            autoFocus={first}
            rows={isJson ? 4 : 7}
            spellCheck={!isJson}
            placeholder={isJson ? "JSON" : undefined}
            className={isJson ? "font-mono text-xs" : ""}
            value={words}
            onChange={(event) => onChange(event.target.value)}
          />
        );
      }}
    </Field>
  );
}

/** Everything but switches is edited as text; a value that was remembered, or the field's default, is where it begins. */
function begin(fields: readonly InputField[], remembered: JsonValue | null): JsonObject {
  const known = isJsonObject(remembered) ? remembered : {};
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
