import { RotateCcw } from "lucide-react";
import { Button } from "#client/components/ui/Button.tsx";
import { Field } from "#client/components/ui/Field.tsx";
import type { AgentDefinition } from "#src/agents/agent.ts";
import { setRetry } from "#src/document/commands/nodes.ts";
import type { GraphNode } from "#src/schemas/graph.ts";
import { defaultRetryPolicy, type RetryPolicy } from "#src/schemas/retryPolicy.ts";
import { attempt } from "../attempt.ts";
import { useEditor } from "../EditorContext.ts";
import { CountField } from "./CountField.tsx";
import { DurationInput } from "./DurationInput.tsx";
import { retryWords } from "./retryWords.ts";

interface RetryFieldsProps {
  readonly node: GraphNode;
  readonly definition: AgentDefinition;
}

/** The retry policy in force, whether it is the default or the step's own. */
export function RetryFields({ node, definition }: RetryFieldsProps) {
  const { document, actions } = useEditor();
  const locked = actions === null;
  if (definition.retries === false) {
    return <p className="text-faint text-xs">One attempt: this agent would fail the same way again.</p>;
  }
  const policy = node.retry ?? defaultRetryPolicy;
  const write = (next: RetryPolicy | undefined) => attempt(() => setRetry(document.editing, node.id, next));
  return (
    <fieldset className="flex flex-col gap-3 rounded-sm border p-3">
      <legend className="px-1 font-medium text-muted text-xs">Retries{node.retry === undefined && " (default)"}</legend>
      <div className="grid grid-cols-2 gap-3">
        <CountField
          label="Attempts"
          value={policy.maxAttempts}
          limits={[1, 20]}
          disabled={locked}
          onChange={(maxAttempts) => write({ ...policy, maxAttempts })}
        />
        {policy.maxAttempts > 1 && (
          <>
            <CountField
              label="Delay grows by ×"
              value={policy.factor}
              limits={[1, 10]}
              disabled={locked}
              onChange={(factor) => write({ ...policy, factor })}
            />
            <Delay
              label="First delay"
              value={policy.initialDelayMs}
              disabled={locked}
              onChange={(initialDelayMs) => write({ ...policy, initialDelayMs })}
            />
            <Delay
              label="Longest delay"
              value={policy.maxDelayMs}
              disabled={locked}
              onChange={(maxDelayMs) => write({ ...policy, maxDelayMs })}
            />
          </>
        )}
      </div>
      <p className="text-faint text-xs">{retryWords(policy)}</p>
      {node.retry !== undefined && !locked && (
        <Button size="sm" icon={RotateCcw} className="self-start" onClick={() => write(undefined)}>
          Back to the default
        </Button>
      )}
    </fieldset>
  );
}

interface DelayProps {
  readonly label: string;
  readonly value: number;
  readonly disabled: boolean;
  readonly onChange: (milliseconds: number) => void;
}

function Delay({ label, value, disabled, onChange }: DelayProps) {
  return (
    <Field label={label}>
      {(control) => (
        <DurationInput
          control={control}
          value={value}
          limits={[1, 3_600_000]}
          disabled={disabled}
          onChange={(milliseconds = 0) => onChange(milliseconds)}
        />
      )}
    </Field>
  );
}
