import { Button } from "#client/components/ui/Button.tsx";
import { Time } from "#client/components/ui/Time.tsx";
import { trpc } from "#client/trpc.ts";
import type { AuditEntry } from "#src/schemas/audit.ts";
import { QueryStates } from "./QueryStates.tsx";
import { SettingsBlock, SettingsRow, SettingsRows } from "./SettingsBlock.tsx";

/** Who changed what, newest first. For owners. */
export function AuditSection() {
  const audit = trpc.workspaces.audit.useInfiniteQuery(
    { limit: 50 },
    { getNextPageParam: (page) => page.nextCursor ?? undefined },
  );
  return (
    <SettingsBlock title="Audit log" lead="Every change to workflows, members and settings.">
      <QueryStates query={audit} what="the audit log">
        {({ pages }) => (
          <SettingsRows>
            {pages
              .flatMap((page) => page.items)
              .map((entry) => (
                <EntryRow key={entry.id} entry={entry} />
              ))}
          </SettingsRows>
        )}
      </QueryStates>
      {audit.hasNextPage && (
        <div className="mt-3 flex justify-center">
          <Button busy={audit.isFetchingNextPage} onClick={() => void audit.fetchNextPage()}>
            Show older
          </Button>
        </div>
      )}
    </SettingsBlock>
  );
}

function EntryRow({ entry }: { readonly entry: AuditEntry }) {
  const named = entry.detail.name;
  return (
    <SettingsRow>
      <span className="w-28 shrink-0 truncate font-medium">
        {entry.by?.name ?? (entry.action === "retention.removed" ? "Retention" : "Somebody")}
      </span>
      <span className="min-w-0 flex-1 truncate">
        <code className="text-xs">{entry.action}</code>
        {typeof named === "string" && <span className="ml-2 text-muted">{named}</span>}
      </span>
      <span className="text-faint text-xs">
        <Time at={entry.at} />
      </span>
    </SettingsRow>
  );
}
