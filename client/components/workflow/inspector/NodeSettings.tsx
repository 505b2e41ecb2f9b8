import { useEffect, useState } from "react";
import { Field } from "#client/components/ui/Field.tsx";
import { Input } from "#client/components/ui/Input.tsx";
import { Switch } from "#client/components/ui/Switch.tsx";
import { setDisabled } from "#src/document/commands/nodes.ts";
import type { GraphNode } from "#src/schemas/graph.ts";
import { attempt, attemptWith } from "../attempt.ts";
import { useEditor } from "../EditorContext.ts";
import { WhenItFails } from "./WhenItFails.tsx";

/** How a step runs, whatever its agent: key, disabled, and what follows when it fails. */
export function NodeSettings({ node }: { readonly node: GraphNode }) {
  const { document, actions, definitions } = useEditor();
  const definition = definitions(node.agent);
  return (
    <div className="flex flex-col gap-5 p-4">
      <KeyField node={node} />
      <Field label="Enabled" hint="A disabled step is skipped, and what depends only on it too.">
        {(control) => (
          <Switch
            id={control.id}
            checked={node.disabled !== true}
            disabled={actions === null}
            onChange={(enabled) => attempt(() => setDisabled(document.editing, [node.id], !enabled))}
          />
        )}
      </Field>
      {definition !== undefined && <WhenItFails node={node} definition={definition} />}
    </div>
  );
}

const loadKey = () => import("#src/document/commands/key.ts");

function KeyField({ node }: { readonly node: GraphNode }) {
  const { document, actions } = useEditor();
  const [draft, setDraft] = useState(node.key);
  useEffect(() => setDraft(node.key), [node.key]);
  const keep = () => {
    if (draft !== node.key) attemptWith(loadKey, ({ setKey }) => setKey(document.editing, node.id, draft.trim()));
    setDraft(node.key);
  };
  return (
    <Field label="Key" hint="How expressions name this step. A change rewrites every reference to it.">
      {(control) => (
        <Input
          {...control}
          value={draft}
          readOnly={actions === null}
          className="font-mono text-xs"
          onChange={(event) => setDraft(event.target.value)}
          onBlur={keep}
          onKeyDown={(event) => event.key === "Enter" && keep()}
        />
      )}
    </Field>
  );
}
