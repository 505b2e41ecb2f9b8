import type { ExecutionEvent } from "#src/schemas/executionEvent.ts";

type Body = ExecutionEvent["body"];

const executionWords: Partial<Record<Body["type"], string>> = {
  execution_created: "The run was accepted",
  execution_started: "The run started",
  execution_recovered: "Another worker took over",
  execution_succeeded: "The run succeeded",
  execution_failed: "The run failed",
  execution_cancelled: "The run was cancelled",
};

/** An event in words. `nameOf` gives the name of a step's node. A kind that has no words of its own is told by its name. */
export function eventWords({ body }: ExecutionEvent, nameOf: (stepKey: string) => string): string {
  if (!("stepKey" in body)) return executionWords[body.type] ?? spelledOut(body.type);
  const name = nameOf(body.stepKey);
  switch (body.type) {
    case "step_started":
      return body.attempt > 1 ? `${name} started attempt ${body.attempt}` : `${name} started`;
    case "step_streamed":
      return body.channel === "log" ? `${name} wrote to its log` : `${name} said more`;
    case "step_succeeded":
      return body.metadata?.reusedFrom === undefined ? `${name} succeeded` : `${name} was taken over`;
    case "step_attempt_failed":
      return `${name}: attempt ${body.attempt} failed`;
    case "step_failed":
      return `${name} failed`;
    case "step_skipped":
      return body.reason === "not_in_run" ? `${name} is not part of this run` : `${name} was skipped`;
    case "step_cancelled":
      return `${name} was cancelled`;
    default:
      return `${name}: ${spelledOut(body.type.replace(/^step_/, ""))}`;
  }
}

const spelledOut = (type: string): string => type.replaceAll("_", " ");
