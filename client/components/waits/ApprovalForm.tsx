import { Check, CircleAlert, X } from "lucide-react";
import { Button } from "#client/components/ui/Button.tsx";
import { Markdown } from "#client/components/ui/Markdown.tsx";
import { AnswerFieldControl } from "./AnswerFieldControl.tsx";
import { type AskedStep, useAnswer } from "./useAnswer.ts";

interface ApprovalFormProps extends AskedStep {
  /** Markdown. */
  readonly body: string;
  /** Why this person cannot answer, in words; null: they can. */
  readonly refusal: string | null;
}

/** What is asked, the form, and the two ways to answer it. After an answer, what came of it. */
export function ApprovalForm({ body, refusal, ...asked }: ApprovalFormProps) {
  const { fields } = asked;
  const answer = useAnswer(asked);
  const isClosed = refusal !== null || answer.isSent || answer.error?.code === "conflict";
  return (
    <div className="flex flex-col gap-4">
      {body.trim() !== "" && <Markdown>{body}</Markdown>}
      {fields.map((field) => (
        <AnswerFieldControl
          key={field.name}
          field={field}
          value={answer.draft[field.name]}
          problem={answer.problems[field.name]}
          disabled={isClosed || answer.decision !== null}
          onChange={(value) => answer.change(field.name, value)}
        />
      ))}
      {answer.error !== null && Object.keys(answer.problems).length === 0 && <Trouble>{answer.error.message}</Trouble>}
      {refusal !== null && answer.decision === null && <p className="text-muted text-sm">{refusal}</p>}
      {answer.isSent && (
        <p role="status" className="text-muted text-sm">
          {answer.decision === "approved" ? "Approved." : "Rejected."} The run goes on.
        </p>
      )}
      {!isClosed && (
        <div className="flex flex-wrap gap-2">
          <Button
            variant="primary"
            icon={Check}
            busy={answer.decision === "approved"}
            disabled={answer.decision !== null}
            onClick={() => answer.send("approved")}
          >
            Approve
          </Button>
          <Button
            icon={X}
            busy={answer.decision === "rejected"}
            disabled={answer.decision !== null}
            onClick={() => answer.send("rejected")}
          >
            Reject
          </Button>
        </div>
      )}
    </div>
  );
}

function Trouble({ children }: { readonly children: string }) {
  return (
    <p role="alert" className="flex items-start gap-1.5 text-danger text-sm">
      <CircleAlert aria-hidden size={14} className="mt-0.75 shrink-0" />
      {children}
    </p>
  );
}
