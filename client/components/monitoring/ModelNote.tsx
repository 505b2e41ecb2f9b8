import { Sparkles } from "lucide-react";
import type { StepState } from "#src/engine/state.ts";
import { isJsonObject } from "#src/json.ts";
import { showSpent } from "./budgetWords.ts";

/** Of a step that asked a model: which one answered, what that took, and who was asked before and did not answer. */
export function ModelNote({ step }: { readonly step: StepState }) {
  const { usage, metadata } = step;
  if (usage === null) return null;
  const passed = Array.isArray(metadata?.passedOver) ? metadata.passedOver : [];
  const names = passed.flatMap((each) =>
    isJsonObject(each) ? [[each.provider, each.model].filter(Boolean).join(" ") || "a model"] : [],
  );
  return (
    <p className="flex items-start gap-1.5 border-b px-3 py-1.5 text-muted text-xs">
      <Sparkles aria-hidden size={12} className="mt-0.5 shrink-0 text-faint" />
      <span className="tabular min-w-0">
        <span className="font-mono text-2xs text-text">{usage.model}</span>
        {` · ${usage.inputTokens.toLocaleString("en")} tokens in, ${usage.outputTokens.toLocaleString("en")} out`}
        {usage.dollars !== undefined && usage.dollars > 0 && ` · ${showSpent("dollars", usage.dollars)}`}
        {names.length > 0 && <span className="text-warning">{` · in place of ${names.join(", ")}`}</span>}
      </span>
    </p>
  );
}
