import { createHash } from "node:crypto";
import { assertNever } from "#src/errors.ts";
import { type ExecutionId, executionId, idPrefixes, type WorkflowId } from "#src/ids.ts";

const alphabet = "0123456789abcdefghjkmnpqrstvwxyz";

/** What an execution is made for, once. What a person may choose stands in a field of its own, so it never names another's. */
export type Occasion =
  | { readonly kind: "retry" | "rerun" | "fork"; readonly source: ExecutionId; readonly requestId: string }
  | { readonly kind: "request"; readonly workflowId: WorkflowId; readonly key: string }
  | { readonly kind: "child"; readonly parent: ExecutionId; readonly stepKey: string }
  | { readonly kind: "schedule"; readonly scheduleId: string; readonly dueAt: Date };

/**
 * The id of the execution of an occasion: the same for the same one in the same workspace, so that a second press, or a second try
 * after a lost answer, finds the first one's execution.
 */
export function executionIdOf(workspaceId: string, occasion: Occasion): ExecutionId {
  const digest = createHash("sha256")
    .update(`${workspaceId}\n${wordsOf(occasion)}`)
    .digest();
  const letters = [...digest.subarray(0, 26)].map((byte) => alphabet[byte % 32] ?? "0");
  return executionId.parse(`${idPrefixes.execution}_${letters.join("")}`);
}

/** Executions that are stored were named by these words: a request's, a child's and a schedule's must not change between releases. */
function wordsOf(occasion: Occasion): string {
  switch (occasion.kind) {
    case "retry":
    case "rerun":
    case "fork":
      return `${occasion.kind} of ${occasion.source} as ${occasion.requestId}`;
    case "request":
      return `request of ${occasion.workflowId} as ${occasion.key}`;
    case "child":
      return `child of ${occasion.parent} at ${occasion.stepKey}`;
    case "schedule":
      return `schedule ${occasion.scheduleId} ${occasion.dueAt.toISOString()}`;
    default:
      return assertNever(occasion);
  }
}
