import { trpc } from "#client/trpc.ts";

/** How often it is asked when nothing was heard, in milliseconds. */
export const quietMs = 30_000;

/** How many approvals wait for whoever is signed in; 0 until it is known. */
export function useWaitingCount(): number {
  const { executions } = trpc.useUtils();
  trpc.executions.watchWaiting.useSubscription(undefined, {
    onData(heard) {
      executions.countWaiting.setData(undefined, heard);
      void executions.waiting.invalidate();
    },
  });
  return trpc.executions.countWaiting.useQuery(undefined, { refetchInterval: quietMs }).data?.count ?? 0;
}
