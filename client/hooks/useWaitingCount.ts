import { trpc } from "#client/trpc.ts";

/** How often it is asked again, in milliseconds: approvals come from runs in any process. */
const everyMs = 4_000;

/** How many approvals wait for whoever is signed in; 0 until it is known. */
export function useWaitingCount(): number {
  return trpc.executions.countWaiting.useQuery(undefined, { refetchInterval: everyMs }).data?.count ?? 0;
}
