import { useId } from "react";
import { Field } from "#client/components/ui/Field.tsx";
import { Select, type SelectOption } from "#client/components/ui/Select.tsx";
import type { AgentDefinition } from "#src/agents/agent.ts";
import { portsOf } from "#src/agents/ports.ts";
import { setOnError, setTimeoutMs } from "#src/document/commands/nodes.ts";
import type { GraphNode, OnError } from "#src/schemas/graph.ts";
import { attempt } from "../attempt.ts";
import { useEditor } from "../EditorContext.ts";
import { DefaultOutputs } from "./DefaultOutputs.tsx";
import { DurationInput } from "./DurationInput.tsx";
import { writeDuration } from "./durations.ts";
import { RetryFields } from "./RetryFields.tsx";
import { StepBudgetFields } from "./StepBudgetFields.tsx";

interface WhenItFailsProps {
  readonly node: GraphNode;
  readonly definition: AgentDefinition;
}

const choices: readonly (SelectOption<OnError> & { readonly words: string })[] = [
  {
    value: "fail",
    label: "The run fails",
    words: "Steps that still run are told to end. Inside a container, the container may take the failure.",
  },
  {
    value: "port",
    label: "Go on through the error port",
    words: "The step gets a port “error” that carries code and message; its other ports close.",
  },
  {
    value: "default",
    label: "Go on with default values",
    words: "The run goes on as if the step had given these. A port without a value closes.",
  },
];

/** How long an attempt may take, how often it is tried again, and what follows when the last one has failed. */
export function WhenItFails({ node, definition }: WhenItFailsProps) {
  const { document, actions } = useEditor();
  const heading = useId();
  const locked = actions === null;
  const chosen = choices.find((each) => each.value === (node.onError ?? "fail"));
  const outputs = portsOf(definition, { config: node.config }).outputs;
  const usual = definition.defaultTimeoutMs;
  const isOfWait = definition.limits === "wait";
  return (
    <section aria-labelledby={heading} className="flex flex-col gap-4 border-t pt-4">
      <h3 id={heading} className="font-semibold text-sm">
        When it fails
      </h3>
      <Field label={isOfWait ? "Time limit" : "Time limit of one attempt"} hint={limitHint(definition)}>
        {(control) => (
          <DurationInput
            control={control}
            value={node.timeoutMs}
            limits={[1, 86_400_000]}
            disabled={locked}
            placeholder={usual === undefined || isOfWait ? "None" : `${writeDuration(usual)} (default)`}
            onChange={(timeoutMs) => attempt(() => setTimeoutMs(document.editing, node.id, timeoutMs))}
          />
        )}
      </Field>
      <RetryFields node={node} definition={definition} />
      <StepBudgetFields node={node} definition={definition} />
      {outputs.length > 0 && (
        <Field label="When the last attempt has failed" hint={chosen?.words}>
          {(control) => (
            <Select
              id={control.id}
              aria-describedby={control["aria-describedby"]}
              value={chosen?.value}
              disabled={locked}
              options={choices}
              onChange={(next) =>
                attempt(() => setOnError(document.editing, node.id, next === "fail" ? undefined : next))
              }
            />
          )}
        </Field>
      )}
      {node.onError === "default" && <DefaultOutputs node={node} ports={outputs} />}
    </section>
  );
}

function limitHint({ limits, defaultTimeoutMs }: AgentDefinition): string {
  if (limits === "wait") return "Empty: none. What it waits for is stopped then, and the step has failed.";
  if (defaultTimeoutMs === undefined) return "Empty: none of its own; this agent ends by itself.";
  return `Empty: ${writeDuration(defaultTimeoutMs)}. An attempt that takes longer is stopped and counts as failed.`;
}
