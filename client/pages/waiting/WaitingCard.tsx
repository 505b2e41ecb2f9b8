import { ChevronDown, ChevronUp } from "lucide-react";
import { Link } from "wouter";
import { Time } from "#client/components/ui/Time.tsx";
import { ApprovalForm } from "#client/components/waits/ApprovalForm.tsx";
import { Deadline } from "#client/components/waits/Deadline.tsx";
import type { OpenApproval } from "#src/schemas/wait.ts";

interface WaitingCardProps {
  readonly item: OpenApproval;
  readonly isGone: boolean;
  readonly isOpen: boolean;
  readonly onToggle: () => void;
}

/** One approval: what is asked, by which run, since when; open, its text and form. */
export function WaitingCard({ item, isGone, isOpen, onToggle }: WaitingCardProps) {
  const { executionId, stepKey, attempt, title, body, fields, workflowName, since, dueAt } = item;
  const Chevron = isOpen ? ChevronUp : ChevronDown;
  return (
    <li className="rounded-md border bg-surface">
      <div className="flex items-start gap-2 p-3">
        <div className="min-w-0 flex-1">
          <h2 className="font-medium">
            <button
              type="button"
              aria-expanded={isOpen}
              onClick={onToggle}
              className="rounded-xs text-left hover:underline"
            >
              {title}
            </button>
          </h2>
          <p className="mt-0.5 flex flex-wrap items-center gap-x-3 gap-y-0.5 text-faint text-xs">
            <Link
              href={`/runs/${executionId}`}
              className="max-w-60 truncate rounded-xs hover:text-text hover:underline"
            >
              {workflowName}
            </Link>
            <Time at={since} />
            {dueAt !== null && !isGone && <Deadline dueAt={Date.parse(dueAt)} past="The deadline has passed" />}
          </p>
        </div>
        <Chevron aria-hidden size={16} className="mt-0.5 shrink-0 text-faint" />
      </div>
      {isOpen && (
        <div className="border-t p-3 sm:p-4">
          <ApprovalForm
            executionId={executionId}
            stepKey={stepKey}
            attempt={attempt}
            fields={fields}
            body={body}
            refusal={isGone ? "This does not wait any more: it was answered, or its time is over." : null}
          />
        </div>
      )}
    </li>
  );
}
