import type { JsonValue } from "#src/json.ts";

const place = (workflowId: string) => `agentflow.runInput.${workflowId}`;
/** Beyond it a remembered input would crowd out everything else a browser stores. */
const mostCharacters = 200_000;

/** What this browser last ran a workflow with; null when it does not know. */
export function readRunInput(workflowId: string): JsonValue | null {
  try {
    return JSON.parse(localStorage.getItem(place(workflowId)) ?? "null") as JsonValue;
  } catch {
    return null;
  }
}

export function writeRunInput(workflowId: string, input: JsonValue): void {
  const text = JSON.stringify(input);
  try {
    if (text.length <= mostCharacters) localStorage.setItem(place(workflowId), text);
    else localStorage.removeItem(place(workflowId));
  } catch {
    // Storage is full or blocked: the next run asks again.
  }
}
