import { useEffect, useState } from "react";
import { Field } from "#client/components/ui/Field.tsx";
import { Input } from "#client/components/ui/Input.tsx";
import { Switch } from "#client/components/ui/Switch.tsx";
import { setDisabled, setRetry, setTimeoutMs } from "#src/document/commands/nodes.ts";
import type { GraphNode } from "#src/schemas/graph.ts";
import { defaultRetryPolicy, type RetryPolicy } from "#src/schemas/retryPolicy.ts";
import { useEditor } from "../EditorContext.ts";
import { attempt, attemptWith } from "../editorActions.ts";
import { DurationInput } from "./DurationInput.tsx";

/** How a step runs, whatever its agent: key, time limit, retries, disabled. */
export function NodeSettings({ node }: { readonly node: GraphNode }) {
  const { document, actions } = useEditor();
  const { editing } = document;
  const locked = actions === null;
  const retry = (policy: RetryPolicy | undefined) => attempt(() => setRetry(editing, node.id, policy));
  const policy = node.retry ?? defaultRetryPolicy;
  return (
    <div className="flex flex-col gap-5 p-4">
      <KeyField node={node} />
      <Field label="Enabled" hint="A disabled step is skipped, and what depends only on it too.">
        {(control) => (
          <Switch
            id={control.id}
            checked={node.disabled !== true}
            disabled={locked}
            onChange={(enabled) => attempt(() => setDisabled(editing, [node.id], !enabled))}
          />
        )}
      </Field>
      <Field label="Time limit of one attempt" hint="Empty: only the limit of the whole run.">
        {(control) => (
          <DurationInput
            control={control}
            value={node.timeoutMs}
            max={86_400_000}
            disabled={locked}
            onChange={(timeoutMs) => attempt(() => setTimeoutMs(editing, node.id, timeoutMs))}
          />
        )}
      </Field>
      <Field label="Own retry policy" hint={node.retry ? undefined : retryWords(defaultRetryPolicy)}>
        {(control) => (
          <Switch
            id={control.id}
            checked={node.retry !== undefined}
            disabled={locked}
            onChange={(own) => retry(own ? defaultRetryPolicy : undefined)}
          />
        )}
      </Field>
      {node.retry !== undefined && (
        <div className="grid grid-cols-2 gap-3 rounded-sm border p-3">
          <CountField
            label="Attempts at most"
            value={policy.maxAttempts}
            limits={[1, 20]}
            disabled={locked}
            onChange={(maxAttempts) => retry({ ...policy, maxAttempts })}
          />
          <CountField
            label="Each wait times"
            value={policy.factor}
            limits={[1, 10]}
            disabled={locked}
            onChange={(factor) => retry({ ...policy, factor })}
          />
          <Field label="First wait">
            {(control) => (
              <DurationInput
                control={control}
                value={policy.initialDelayMs}
                max={3_600_000}
                disabled={locked}
                onChange={(value = 0) => retry({ ...policy, initialDelayMs: value })}
              />
            )}
          </Field>
          <Field label="Longest wait">
            {(control) => (
              <DurationInput
                control={control}
                value={policy.maxDelayMs}
                max={3_600_000}
                disabled={locked}
                onChange={(value = 0) => retry({ ...policy, maxDelayMs: value })}
              />
            )}
          </Field>
          <p className="col-span-2 text-faint text-xs">{retryWords(policy)}</p>
        </div>
      )}
    </div>
  );
}

function retryWords({ maxAttempts, initialDelayMs, factor, maxDelayMs }: RetryPolicy): string {
  if (maxAttempts === 1) return "One attempt; a failure is final.";
  const seconds = (ms: number) => `${Number((ms / 1_000).toFixed(2))} s`;
  return `Up to ${maxAttempts} attempts, ${seconds(initialDelayMs)} apart at first, then ${factor} times longer, never more than ${seconds(maxDelayMs)}. Only for errors that may pass.`;
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

interface CountFieldProps {
  readonly label: string;
  readonly value: number;
  readonly limits: readonly [number, number];
  readonly disabled: boolean;
  readonly onChange: (value: number) => void;
}

function CountField({ label, value, limits: [least, most], disabled, onChange }: CountFieldProps) {
  return (
    <Field label={label}>
      {(control) => (
        <Input
          {...control}
          type="number"
          min={least}
          max={most}
          value={value}
          disabled={disabled}
          onChange={(event) => {
            const next = event.target.valueAsNumber;
            if (Number.isFinite(next)) onChange(Math.min(most, Math.max(least, next)));
          }}
        />
      )}
    </Field>
  );
}
