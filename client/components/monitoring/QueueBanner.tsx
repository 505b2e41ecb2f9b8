import { Hourglass } from "lucide-react";
import { trpc } from "#client/trpc.ts";
import type { ExecutionState } from "#src/engine/state.ts";
import type { ExecutionId } from "#src/ids.ts";
import { queueWords } from "./queueWords.ts";

interface QueueBannerProps {
  readonly executionId: string;
  readonly state: ExecutionState;
}

/** How often it is asked again, in milliseconds, while it has not begun, and while it waits. */
const queuedMs = 2_000;
const waitingMs = 5_000;

/** Why an execution has not begun, or does not go on though it could. Nothing for any other. */
export function QueueBanner({ executionId, state }: QueueBannerProps) {
  const isQueued = state.status === "queued";
  const queue = trpc.executions.queue.useQuery(
    { id: executionId as ExecutionId },
    { enabled: isQueued || state.status === "waiting", refetchInterval: isQueued ? queuedMs : waitingMs },
  );
  if (!queue.isSuccess || !(isQueued || state.status === "waiting")) return null;
  const words = queueWords(queue.data, isQueued);
  // Room is mostly found within a moment: no banner flashes by for it.
  const isYoung = queue.dataUpdatedAt - (state.createdAt ?? 0) < queuedMs;
  if (words === null || (queue.data.waitsFor === "room" && isYoung)) return null;
  return (
    <section
      aria-label="Queue"
      className="flex shrink-0 flex-wrap items-baseline gap-x-2.5 gap-y-0.5 border-b bg-sunken px-4 py-2 text-sm"
    >
      <Hourglass aria-hidden size={14} className="shrink-0 self-center text-muted" />
      <strong className="font-medium">{words.title}</strong>
      <span className="tabular text-muted text-xs">{words.detail}</span>
    </section>
  );
}
