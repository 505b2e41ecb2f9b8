import { Clock } from "lucide-react";
import { showMoment } from "#client/components/ui/format.ts";
import { useNow } from "#client/hooks/useNow.ts";
import { showRemaining } from "./remaining.ts";

/** How long there is until a moment, kept up to date; the moment itself on hover. Epoch milliseconds. */
export function Deadline({ dueAt, past }: { readonly dueAt: number; readonly past: string }) {
  const now = useNow(true, 1_000);
  const left = dueAt - now;
  return (
    <span
      title={showMoment(dueAt)}
      className="tabular inline-flex items-center gap-1 whitespace-nowrap text-muted text-xs"
    >
      <Clock aria-hidden size={12} className="shrink-0" />
      {left > 0 ? `${showRemaining(left)} left` : past}
    </span>
  );
}
