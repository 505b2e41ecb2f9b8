import { useEffect, useState } from "react";
import { Field } from "#client/components/ui/Field.tsx";
import { Textarea } from "#client/components/ui/Input.tsx";
import { setDefaultOutputs } from "#src/document/commands/nodes.ts";
import type { JsonValue } from "#src/json.ts";
import type { PortDefinition } from "#src/schemas/agent.ts";
import type { GraphNode } from "#src/schemas/graph.ts";
import { attempt } from "../attempt.ts";
import { useEditor } from "../EditorContext.ts";
import { readPortValue, writePortValue } from "./portValues.ts";

interface DefaultOutputsProps {
  readonly node: GraphNode;
  readonly ports: readonly PortDefinition[];
}

/** What goes on in place of each output. */
export function DefaultOutputs({ node, ports }: DefaultOutputsProps) {
  const { document, actions } = useEditor();
  const { defaultOutputs = {} } = node;
  const write = (name: string, value: JsonValue | undefined) => {
    const { [name]: _, ...others } = defaultOutputs;
    const next = value === undefined ? others : { ...others, [name]: value };
    attempt(() => setDefaultOutputs(document.editing, node.id, Object.keys(next).length === 0 ? undefined : next));
  };
  const lost = Object.keys(defaultOutputs).filter((name) => !ports.some((port) => port.name === name));
  return (
    <div className="flex flex-col gap-3 rounded-sm border p-3">
      {ports.map((port) => (
        <PortDefault
          key={port.name}
          port={port}
          value={defaultOutputs[port.name]}
          onChange={actions === null ? null : (value) => write(port.name, value)}
        />
      ))}
      {lost.map((name) => (
        <p key={name} className="text-warning text-xs">
          There is no output “{name}” any more.{" "}
          {actions !== null && (
            <button type="button" className="underline" onClick={() => write(name, undefined)}>
              Remove its value
            </button>
          )}
        </p>
      ))}
    </div>
  );
}

interface PortDefaultProps {
  readonly port: PortDefinition;
  readonly value: JsonValue | undefined;
  readonly onChange: ((value: JsonValue | undefined) => void) | null;
}

/** What is typed is kept when it is a value of the port's type; until then it stays on screen and out of the document. */
function PortDefault({ port, value, onChange }: PortDefaultProps) {
  const shown = writePortValue(port, value);
  const [draft, setDraft] = useState(shown);
  const [problem, setProblem] = useState<string | null>(null);
  useEffect(() => {
    setDraft(shown);
    setProblem(null);
  }, [shown]);
  const keep = () => {
    if (draft === shown) return;
    const read = readPortValue(port, draft);
    setProblem(read.problem);
    if (read.problem === null) onChange?.(read.value);
  };
  return (
    <Field
      label={port.label}
      error={problem}
      hint={port.type === "text" ? "Text, as it is. Empty: the port closes." : "JSON. Empty: the port closes."}
    >
      {(control) => (
        <Textarea
          {...control}
          rows={port.type === "object" || port.type === "list" || port.type === "any" ? 3 : 1}
          value={draft}
          readOnly={onChange === null}
          placeholder="Closes"
          spellCheck={false}
          className="font-mono text-xs"
          onChange={(event) => setDraft(event.target.value)}
          onBlur={keep}
        />
      )}
    </Field>
  );
}
