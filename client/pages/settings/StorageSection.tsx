import { useMay } from "#client/hooks/useSession.ts";
import { trpc } from "#client/trpc.ts";
import { QueryStates } from "./QueryStates.tsx";
import { RetentionBlock } from "./RetentionBlock.tsx";
import { StorageBlock } from "./StorageBlock.tsx";

/** What the workspace takes in the database, and how much of its past it keeps. */
export function StorageSection() {
  const retention = trpc.workspaces.retention.useQuery(undefined, { refetchInterval: 15_000 });
  const storage = trpc.workspaces.storage.useQuery(undefined, { refetchInterval: 15_000 });
  const mayChange = useMay("owner");
  return (
    <>
      <QueryStates query={retention} what="the retention rule">
        {(known) => <RetentionBlock key={JSON.stringify(known.rule)} retention={known} mayChange={mayChange} />}
      </QueryStates>
      <QueryStates query={storage} what="the storage">
        {(known) => <StorageBlock storage={known} retention={retention.data} />}
      </QueryStates>
    </>
  );
}
