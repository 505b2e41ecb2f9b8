import { SquareFunction } from "lucide-react";
import { type ReactNode, useCallback, useMemo, useRef, useState } from "react";
import { classes } from "#client/components/ui/classes.ts";
import { Field } from "#client/components/ui/Field.tsx";
import { Skeleton } from "#client/components/ui/Skeleton.tsx";
import { lazyPage } from "#client/hooks/lazyPart.tsx";
import { useDiagnostics, useEditor } from "../EditorContext.ts";
import { NumberField, SelectField, SwitchField } from "./ChoiceFields.tsx";
import { CodeFallback } from "./CodeFallback.tsx";
import type { ConfigFieldProps, FieldProps, Inserter } from "./fieldProps.ts";
import { JsonLineField } from "./JsonLineField.tsx";
import { LineField } from "./LineField.tsx";
import { ListField } from "./ListField.tsx";
import { PeopleField } from "./PeopleField.tsx";
import { ReferencePicker } from "./ReferencePicker.tsx";
import { TextAreaField } from "./TextAreaField.tsx";
import { ValuePreview } from "./ValuePreview.tsx";
import { WorkflowField } from "./WorkflowField.tsx";

const MonacoField = lazyPage(() => import("./MonacoField.tsx").then((m) => m.MonacoField));

/** One setting: label, control, what is wrong with it, and what it was worth in the last run. */
export function ConfigField({ nodeId, spec, path, value, onChange }: ConfigFieldProps) {
  const { actions } = useEditor();
  const [picking, setPicking] = useState(false);
  const inserter = useRef<Inserter | null>(null);
  const onInserter = useCallback((insert: Inserter | null) => {
    inserter.current = insert;
  }, []);
  const onBraces = useCallback(() => setPicking(true), []);
  const error = useFieldProblem(nodeId, path);
  const fixed = spec.editor === "select" || spec.editor === "number" || spec.editor === "switch";
  const expression = fixed && typeof value === "string" && value.includes("{{");
  const refers = spec.editor === "jsonata" || (spec.template && (!fixed || expression));
  const nested = path.includes(".");

  const aside = (
    <span className="flex items-center gap-0.5">
      {fixed && spec.template && actions !== null && (
        <ExpressionToggle
          on={expression}
          title={spec.title}
          onToggle={() => onChange?.(expression ? spec.fallback : "{{  }}")}
        />
      )}
      {refers && actions !== null && (
        <ReferencePicker
          nodeId={nodeId}
          open={picking}
          onOpenChange={setPicking}
          onPick={(reference) => inserter.current?.(spec.editor === "jsonata" ? reference : `{{ ${reference} }}`)}
        />
      )}
    </span>
  );

  return (
    <Field label={spec.title} hint={spec.description} error={error} aside={aside}>
      {(control) => {
        const props: FieldProps = { nodeId, spec, value, onChange, control, onInserter, onBraces };
        const drawn = expression ? <LineField {...props} /> : draw(props, nested);
        return (
          <>
            {drawn}
            {refers && spec.editor !== "jsonata" && <ValuePreview value={value} />}
          </>
        );
      }}
    </Field>
  );
}

function draw(props: FieldProps, nested: boolean): ReactNode {
  switch (props.spec.editor) {
    case "select":
      return <SelectField {...props} />;
    case "switch":
      return <SwitchField {...props} />;
    case "number":
      return <NumberField {...props} />;
    case "list":
      return <ListField {...props} part={ConfigField} />;
    case "people":
      return <PeopleField {...props} />;
    case "workflow":
      return <WorkflowField {...props} />;
    case "line":
      return <LineField {...props} />;
    case "text":
      return nested ? <LineField {...props} /> : <TextAreaField {...props} />;
    case "prompt":
    case "code":
    case "json":
    case "jsonata":
      if (nested) return props.spec.editor === "json" ? <JsonLineField {...props} /> : <LineField {...props} />;
      return (
        <CodeFallback fallback={<TextAreaField {...props} />}>
          <MonacoField {...props} fallback={<Skeleton className="h-24 w-full" />} />
        </CodeFallback>
      );
  }
}

/** The first thing wrong with this setting or a part of it. */
function useFieldProblem(nodeId: string, path: string): string | undefined {
  const diagnostics = useDiagnostics();
  return useMemo(() => {
    const here = diagnostics.filter((each) => each.nodeId === nodeId && each.field !== undefined);
    return here.find(({ field = "" }) => field === path || field.startsWith(`${path}.`))?.message;
  }, [diagnostics, nodeId, path]);
}

function ExpressionToggle(props: { readonly on: boolean; readonly title: string; readonly onToggle: () => void }) {
  const { on, title, onToggle } = props;
  const label = on ? `Use a fixed value for ${title}` : `Use an expression for ${title}`;
  return (
    <button
      type="button"
      aria-pressed={on}
      aria-label={label}
      title={label}
      onClick={onToggle}
      className={classes(
        "-my-1 flex size-6 items-center justify-center rounded-xs hover:bg-hover hover:text-text",
        on ? "text-accent-text" : "text-faint",
      )}
    >
      <SquareFunction aria-hidden size={14} />
    </button>
  );
}
