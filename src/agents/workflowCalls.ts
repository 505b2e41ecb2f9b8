import { AppError } from "../errors.ts";
import type { ExecutionId } from "../ids.ts";
import type { JsonValue } from "../json.ts";

/** The other workflows, for a step that runs one of them. */
export interface WorkflowCalls {
  /**
   * Starts an execution of the workflow as it stands now, as a child of this step. Once for each step: a second attempt finds the
   * first one's. Durable when it resolves. Errors: not_found, invalid_graph, input_invalid, config_invalid when the workflow would
   * call itself or is too deep, rate_limited, unavailable.
   */
  start(request: {
    readonly workflowId: string;
    readonly input: JsonValue;
    readonly stepKey: string;
  }): Promise<ExecutionId>;
}

/** Where there are no other workflows: tests of a workflow, a graph in a file. */
export const noWorkflowCalls: WorkflowCalls = {
  start: () => Promise.reject(new AppError("agent_failed", "Other workflows cannot be run here.")),
};
