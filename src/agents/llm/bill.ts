import type { Usage } from "../../schemas/executionEvent.ts";
import type { ChatProvider } from "../chatModels.ts";
import { dollarsOf } from "./prices.ts";

type Counted = Pick<Usage, "model" | "inputTokens" | "outputTokens">;

/** What one attempt has used over all models that it asked, each counted once. */
export interface Bill {
  /** What the model that is asked now has counted so far; the latest count replaces the one before. */
  count(provider: ChatProvider, counted: Counted): void;
  /** The present model's count stays; the next one's comes on top. */
  close(): void;
  /** Undefined while no model has counted anything. `model` is the last that did. */
  total(): Usage | undefined;
}

/** Tells `report` the total with every count, so that an attempt that breaks off is in the books. */
export function newBill(report: (usage: Usage) => void): Bill {
  let before: Usage | undefined;
  let now: Usage | undefined;
  const total = (): Usage | undefined => (before && now ? plus(before, now) : (now ?? before));
  return {
    count(provider, { model, inputTokens, outputTokens }) {
      const dollars = dollarsOf(provider, model, { inputTokens, outputTokens });
      now = { model, inputTokens, outputTokens, ...(dollars === undefined ? {} : { dollars }) };
      report(total() ?? now);
    },
    close() {
      before = total();
      now = undefined;
    },
    total,
  };
}

function plus(one: Usage, other: Usage): Usage {
  const known = [one.dollars, other.dollars].filter((dollars) => dollars !== undefined);
  return {
    model: other.model,
    inputTokens: one.inputTokens + other.inputTokens,
    outputTokens: one.outputTokens + other.outputTokens,
    ...(known.length === 0 ? {} : { dollars: known.reduce((sum, dollars) => sum + dollars, 0) }),
  };
}
