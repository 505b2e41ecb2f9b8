import { FileClock } from "lucide-react";
import type { ExecutionDetail } from "#src/schemas/execution.ts";

/** Why nobody goes on with an execution, and that what is shown of it is not all. Nothing when all is well. */
export function HeldUpBanner({ heldUp }: { readonly heldUp: ExecutionDetail["heldUp"] }) {
  if (heldUp === null) return null;
  return (
    <section
      aria-label="Held up"
      className="flex shrink-0 items-start gap-3 border-b bg-warning-soft px-4 py-2 text-sm"
    >
      <FileClock aria-hidden size={16} className="mt-0.5 shrink-0 text-warning" />
      <div className="min-w-0">
        <strong className="font-medium text-warning">Held up: shown as far as it can be read</strong>
        <p className="text-muted text-xs">{heldUp.message}</p>
      </div>
    </section>
  );
}
