import { createHash } from "node:crypto";
import { type ExecutionId, executionId, idPrefixes } from "#src/ids.ts";

const alphabet = "0123456789abcdefghjkmnpqrstvwxyz";

/**
 * The id of the execution that a request makes: the same for the same request of the same workspace, so that a second press, or a
 * second try after a lost answer, finds the first one's execution.
 */
export function executionIdOf(workspaceId: string, requestId: string): ExecutionId {
  const digest = createHash("sha256").update(`${workspaceId}\n${requestId}`).digest();
  const letters = [...digest.subarray(0, 26)].map((byte) => alphabet[byte % 32] ?? "0");
  return executionId.parse(`${idPrefixes.execution}_${letters.join("")}`);
}
