import { Inbox } from "lucide-react";
import { PageHeader } from "#client/components/shell/PageHeader.tsx";
import { Button } from "#client/components/ui/Button.tsx";
import { EmptyState } from "#client/components/ui/EmptyState.tsx";
import { ErrorState } from "#client/components/ui/ErrorState.tsx";
import { SkeletonRows } from "#client/components/ui/Skeleton.tsx";
import { quietMs } from "#client/hooks/useWaitingCount.ts";
import { readError, trpc } from "#client/trpc.ts";
import { useInbox } from "./useInbox.ts";
import { WaitingCard } from "./WaitingCard.tsx";

/** Approvals that wait for whoever is signed in, longest waiting first. */
export function WaitingPage() {
  return (
    <>
      <PageHeader title="Waiting for you" />
      <Found />
    </>
  );
}

function Found() {
  const list = trpc.executions.waiting.useInfiniteQuery(
    { limit: 50 },
    {
      getNextPageParam: (page) => page.nextCursor ?? undefined,
      placeholderData: (before) => before,
      refetchInterval: quietMs,
    },
  );
  const inbox = useInbox(list.data?.pages.flatMap((page) => page.items));
  if (list.isPending) return <SkeletonRows label="Loading what waits for you" />;
  if (list.isError && inbox.entries.length === 0) {
    const error = readError(list.error);
    return (
      <ErrorState
        title="What waits for you could not be loaded"
        onRetry={() => void list.refetch()}
        retrying={list.isFetching}
        requestId={error.requestId}
      >
        {error.message}
      </ErrorState>
    );
  }
  if (inbox.entries.length === 0) {
    return (
      <EmptyState icon={Inbox} title="Nothing waits for you">
        When a run comes to an Approval step that asks you, it waits here until you answer.
      </EmptyState>
    );
  }
  return (
    <div className="min-h-0 flex-1 overflow-y-auto bg-canvas">
      <ul aria-label="Approvals" className="mx-auto flex max-w-180 flex-col gap-3 p-4">
        {inbox.entries.map(({ key, item, isGone }) => (
          <WaitingCard
            key={key}
            item={item}
            isGone={isGone}
            isOpen={inbox.open === key}
            onToggle={() => inbox.toggle(key)}
          />
        ))}
        {list.hasNextPage && (
          <li className="flex justify-center">
            <Button busy={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
              Show more
            </Button>
          </li>
        )}
      </ul>
    </div>
  );
}
