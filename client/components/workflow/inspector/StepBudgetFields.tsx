import { BudgetFields } from "#client/components/monitoring/BudgetFields.tsx";
import type { AgentDefinition } from "#src/agents/agent.ts";
import { setBudget } from "#src/document/commands/nodes.ts";
import type { Budget, GraphNode } from "#src/schemas/graph.ts";
import { attempt } from "../attempt.ts";
import { useEditor } from "../EditorContext.ts";

interface StepBudgetFieldsProps {
  readonly node: GraphNode;
  readonly definition: AgentDefinition;
}

/** What all attempts of a step together may use; nothing for an agent where no such limit makes sense. */
export function StepBudgetFields({ node, definition }: StepBudgetFieldsProps) {
  const { document, actions } = useEditor();
  const { budgets = [] } = definition;
  if (budgets.length === 0) return null;
  const { budget = {} } = node;
  return (
    <fieldset className="flex flex-col gap-3 rounded-sm border p-3">
      <legend className="px-1 font-medium text-muted text-xs">Budget of its attempts</legend>
      <p className="text-faint text-xs">
        When the attempts that failed have used this much, the step is not tried again: the run pauses until somebody
        raises the limit. An attempt that runs is not cut off: what it used is known when it ends.
      </p>
      <BudgetFields
        names={budgets}
        value={budget}
        disabled={actions === null}
        hint={(name) => hints[name]}
        error={(name) => (budget[name as keyof typeof budget] === 0 ? "With 0 it is never tried again." : null)}
        onChange={(next) => attempt(() => setBudget(document.editing, node.id, next))}
      />
    </fieldset>
  );
}

const hints: Record<keyof Budget, string> = {
  tokens: "Input and output of all attempts.",
  dollars: "By the models' list prices.",
  timeMs: "Of all attempts, without what lies between them.",
  steps: "",
};
