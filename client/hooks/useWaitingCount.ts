import { useEffect } from "react";
import { trpc } from "#client/trpc.ts";

/** How often it is asked when nothing was heard, in milliseconds. */
export const quietMs = 30_000;

/** After how long a subscription that the server ended with an error is begun again, in milliseconds. */
const renewalMs = 5_000;

/** How many approvals wait for whoever is signed in; 0 until it is known. */
export function useWaitingCount(): number {
  const { executions } = trpc.useUtils();
  const { status, reset } = trpc.executions.watchWaiting.useSubscription(undefined, {
    onData(heard) {
      executions.countWaiting.setData(undefined, heard);
      void executions.waiting.invalidate();
    },
  });
  useEffect(() => {
    if (status !== "error") return;
    const timer = setTimeout(reset, renewalMs);
    return () => clearTimeout(timer);
  }, [status, reset]);
  return trpc.executions.countWaiting.useQuery(undefined, { refetchInterval: quietMs }).data?.count ?? 0;
}
