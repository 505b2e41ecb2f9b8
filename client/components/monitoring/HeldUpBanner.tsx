import { FileClock } from "lucide-react";
import { type ExecutionDetail, isFinalExecution } from "#src/schemas/execution.ts";

/** That what is shown of an execution is not all and, while it goes on, why nobody goes on with it. Nothing when all is well. */
export function HeldUpBanner({ heldUp, status }: Pick<ExecutionDetail, "heldUp" | "status">) {
  if (heldUp === null) return null;
  const isOver = isFinalExecution(status);
  return (
    <section
      aria-label={isOver ? "Not all is shown" : "Held up"}
      className="flex shrink-0 items-start gap-3 border-b bg-warning-soft px-4 py-2 text-sm"
    >
      <FileClock aria-hidden size={16} className="mt-0.5 shrink-0 text-warning" />
      <div className="min-w-0">
        <strong className="font-medium text-warning">
          {isOver ? "Shown as far as it can be read" : "Held up: shown as far as it can be read"}
        </strong>
        <p className="text-muted text-xs">
          {isOver && heldUp.code === "history_unreadable"
            ? "A newer release wrote the rest of this run’s history. Update this server to see all of it."
            : heldUp.message}
        </p>
      </div>
    </section>
  );
}
