import { useState } from "react";
import { type ClientError, readError, trpc } from "#client/trpc.ts";
import { checkForm, type Decision } from "#src/agents/approval/answer.ts";
import { isJsonObject } from "#src/json.ts";
import type { AnswerField } from "#src/schemas/interrupt.ts";
import { type AnswerDraft, emptyDraft, valuesOf } from "./answerDraft.ts";

/** The wait that is answered. */
export interface AskedStep {
  readonly executionId: string;
  readonly stepKey: string;
  readonly attempt: number;
  readonly fields: readonly AnswerField[];
}

type Problems = Readonly<Record<string, string>>;

const byField = (problems: readonly { field: string; message: string }[]): Problems =>
  Object.fromEntries(problems.map(({ field, message }) => [field, message]));

/** A person's answer on its way: the draft, what is wrong with it, and what the server said. */
export function useAnswer({ executionId, stepKey, attempt, fields }: AskedStep) {
  const [draft, setDraft] = useState<AnswerDraft>(() => emptyDraft(fields));
  const [problems, setProblems] = useState<Problems>({});
  const [decision, setDecision] = useState<Decision | null>(null);
  const { executions } = trpc.useUtils();
  const mutation = trpc.executions.answer.useMutation({
    onError: (error) => setProblems(problemsOf(readError(error))),
    onSettled: () => Promise.all([executions.waiting.invalidate(), executions.countWaiting.invalidate()]),
  });
  return {
    draft,
    problems,
    /** The decision that is being sent or was taken. */
    decision: mutation.isPending || mutation.isSuccess ? decision : null,
    isSent: mutation.isSuccess,
    error: mutation.error === null ? null : readError(mutation.error),
    change(name: string, value: string | boolean) {
      setDraft((before) => ({ ...before, [name]: value }));
      setProblems(({ [name]: _, ...others }) => others);
    },
    send(how: Decision) {
      const values = valuesOf(fields, draft);
      const wrong = checkForm(fields, values, how).problems;
      setProblems(byField(wrong));
      if (wrong.length > 0) return;
      setDecision(how);
      mutation.mutate({ id: executionId, stepKey, attempt, decision: how, value: values } as Parameters<
        typeof mutation.mutate
      >[0]);
    },
  };
}

function problemsOf({ detail }: ClientError): Problems {
  const given = Array.isArray(detail?.problems) ? detail.problems : [];
  return byField(
    given.flatMap((each) =>
      isJsonObject(each) && typeof each.field === "string" && typeof each.message === "string"
        ? [{ field: each.field, message: each.message }]
        : [],
    ),
  );
}
