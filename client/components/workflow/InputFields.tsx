import { Field } from "#client/components/ui/Field.tsx";
import { Input, Textarea } from "#client/components/ui/Input.tsx";
import { SegmentedControl } from "#client/components/ui/SegmentedControl.tsx";
import { Switch } from "#client/components/ui/Switch.tsx";
import type { InputField } from "#src/agents/input/definition.ts";
import type { JsonValue } from "#src/json.ts";
import type { InputDraft } from "./inputDraft.ts";

interface InputFieldsProps {
  readonly fields: readonly InputField[];
  readonly draft: InputDraft;
  /** The first field takes the focus. */
  readonly autoFocus?: boolean;
}

/** What a workflow asks for, as a form or as JSON. */
export function InputFields({ fields, draft, autoFocus = false }: InputFieldsProps) {
  return (
    <>
      <div>
        <SegmentedControl
          label="How to enter it"
          value={draft.mode}
          onChange={draft.changeMode}
          options={[
            { value: "form", label: "Form" },
            { value: "json", label: "JSON" },
          ]}
        />
      </div>
      {draft.mode === "form" ? (
        fields.map((field, index) => (
          <OneField
            key={field.name}
            field={field}
            first={autoFocus && index === 0}
            value={draft.values[field.name]}
            problem={draft.problemOf(field.name)}
            onChange={(value) => draft.set(field.name, value)}
          />
        ))
      ) : (
        <Field label="Input" error={draft.jsonProblem}>
          {(control) => (
            <Textarea
              {...control}
              rows={14}
              spellCheck={false}
              className="font-mono text-xs"
              value={draft.json}
              onChange={(event) => draft.setJson(event.target.value)}
            />
          )}
        </Field>
      )}
    </>
  );
}

interface OneFieldProps {
  readonly field: InputField;
  readonly first: boolean;
  readonly value: JsonValue | undefined;
  readonly problem: string | undefined;
  readonly onChange: (value: JsonValue) => void;
}

function OneField({ field, first, value, problem, onChange }: OneFieldProps) {
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
