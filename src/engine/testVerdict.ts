import { assertNever } from "../errors.ts";
import type { ValueDifference } from "../schemas/comparison.ts";
import type { ComparisonMode, Recording, TestResult } from "../schemas/testCase.ts";
import { compareJson } from "./compareJson.ts";
import { type ExecutionState, isEnded } from "./state.ts";

export type Verdict = Pick<TestResult, "passed" | "reason" | "differences" | "status">;

/** Whether an execution came to the end that is expected, by the way of comparing. */
export function judge(expected: Recording, state: ExecutionState, mode: ComparisonMode): Verdict {
  const { status } = state;
  const fail = (reason: string, differences: ValueDifference[] = []): Verdict => ({
    passed: false,
    reason,
    differences,
    status,
  });
  if (!isEnded(state)) return fail("It waits for an answer that the recording does not have.");
  if (status !== expected.status) {
    const why = state.error === null ? "" : `: ${state.error.message}`;
    return fail(`Expected it to end as ${expected.status}; it ended as ${status}${why}`);
  }
  const differences = differencesIn(expected, state, mode);
  const [first] = differences;
  if (first === undefined) return { passed: true, reason: null, differences: [], status };
  return fail(first.path === "" ? "The output differs." : `The output differs at ${first.path}.`, differences);
}

function differencesIn(expected: Recording, state: ExecutionState, mode: ComparisonMode): ValueDifference[] {
  if (mode === "status") return [];
  const { differences } = compareJson(expected.output, state.output ?? null);
  switch (mode) {
    case "exact":
      return [...differences];
    case "subset":
      return differences.filter(({ before }) => before !== undefined);
    default:
      return assertNever(mode);
  }
}

/** What a test keeps of an execution that is over. */
export function recordingOf(state: ExecutionState): Recording {
  const steps = Object.entries(state.steps).map(([key, { status, inputs, outputs, error }]) => [
    key,
    { status, inputs, outputs, error },
  ]);
  return { input: state.input, status: state.status, output: state.output ?? null, steps: Object.fromEntries(steps) };
}
