import { Link } from "wouter";
import { showDate } from "#client/components/ui/format.ts";
import { useMay } from "#client/hooks/useSession.ts";
import { trpc } from "#client/trpc.ts";

/** Under the oldest run that is listed: that there were older ones. Nothing when none was removed. */
export function RemovedNote() {
  const retention = trpc.workspaces.retention.useQuery();
  const isOwner = useMay("owner");
  const removed = retention.data?.removed ?? null;
  if (removed === null) return null;
  return (
    <p className="shrink-0 border-t px-4 py-2 text-faint text-xs">
      {`Older runs were removed by the retention rule: ${removed.executions.toLocaleString("en")} that ended until ${showDate(Date.parse(removed.until))}.`}
      {isOwner && (
        <>
          {" "}
          <Link href="/settings/storage" className="text-accent-text hover:underline">
            Retention
          </Link>
        </>
      )}
    </p>
  );
}
