import { CircleAlert } from "lucide-react";
import { useNow } from "#client/hooks/useNow.ts";
import type { StepError } from "#src/schemas/stepError.ts";
import { JsonTree } from "../ui/JsonTree.tsx";

export interface StepErrorViewProps {
  readonly error: StepError;
  /** Epoch milliseconds of the next attempt, when one follows. */
  readonly retryAt?: number | null;
}

/** What went wrong, whether it is tried again, and the detail that helps to mend it. */
export function StepErrorView({ error, retryAt = null }: StepErrorViewProps) {
  const now = useNow(retryAt !== null);
  const wait = retryAt === null ? 0 : Math.max(0, retryAt - now);
  return (
    <div className="flex flex-col gap-3 p-3">
      <div className="flex items-start gap-2 rounded-md bg-danger-soft p-3 text-danger">
        <CircleAlert aria-hidden size={16} className="mt-0.5 shrink-0" />
        <div className="min-w-0 select-text">
          <p className="break-words font-medium">{error.message}</p>
          <p className="mt-0.5 font-mono text-2xs">{error.code}</p>
        </div>
      </div>
      {retryAt !== null && <p className="text-muted">{`Next attempt in ${(wait / 1_000).toFixed(1)} s.`}</p>}
      {error.detail && (
        <section aria-label="Detail">
          <h2 className="mb-1 font-medium text-faint text-xs">Detail</h2>
          <JsonTree value={error.detail} />
        </section>
      )}
    </div>
  );
}
