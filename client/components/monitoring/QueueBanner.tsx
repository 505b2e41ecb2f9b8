import { Hourglass } from "lucide-react";
import { useContext, useState } from "react";
import { RunMomentContext } from "#client/hooks/useRunNow.ts";
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

/** Why an execution has not begun, or does not go on though it could. Nothing for any other, nor of the past. */
export function QueueBanner({ executionId, state }: QueueBannerProps) {
  const isPast = useContext(RunMomentContext) !== null;
  if (isPast || !(state.status === "queued" || state.status === "waiting")) return null;
  // Each time it waits, it may be for something else.
  const key = `${executionId} ${state.status} ${state.waiting?.since ?? 0}`;
  return <QueueReason key={key} executionId={executionId} state={state} />;
}

function QueueReason({ executionId, state }: QueueBannerProps) {
  const isQueued = state.status === "queued";
  const [askedAt] = useState(Date.now);
  const queue = trpc.executions.queue.useQuery(
    { id: executionId as ExecutionId },
    { staleTime: 0, gcTime: 0, refetchInterval: isQueued ? queuedMs : waitingMs },
  );
  if (!queue.isSuccess || queue.dataUpdatedAt < askedAt) return null;
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
