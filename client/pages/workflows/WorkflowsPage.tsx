import { Plus, Search, Workflow } from "lucide-react";
import { useDeferredValue, useMemo, useRef, useState } from "react";
import { PageHeader } from "#client/components/shell/PageHeader.tsx";
import { Button } from "#client/components/ui/Button.tsx";
import { EmptyState } from "#client/components/ui/EmptyState.tsx";
import { ErrorState } from "#client/components/ui/ErrorState.tsx";
import { SearchInput } from "#client/components/ui/SearchInput.tsx";
import { SkeletonRows } from "#client/components/ui/Skeleton.tsx";
import { useCommands } from "#client/hooks/useCommands.ts";
import { useCreateWorkflow } from "#client/hooks/useCreateWorkflow.ts";
import { useMay } from "#client/hooks/useSession.ts";
import { readError, trpc } from "#client/trpc.ts";
import { WorkflowList } from "./WorkflowList.tsx";

export function WorkflowsPage() {
  const [search, setSearch] = useState("");
  const field = useRef<HTMLInputElement>(null);
  const { create, busy } = useCreateWorkflow();
  const mayEdit = useMay("editor");
  const commands = useMemo(
    () => [
      {
        id: "list.search",
        label: "Search",
        group: "List",
        icon: Search,
        shortcut: "/",
        keyOnly: true,
        run: () => field.current?.focus(),
      },
      {
        id: "list.create",
        label: "New workflow",
        group: "List",
        icon: Plus,
        shortcut: "c",
        keyOnly: true,
        enabled: mayEdit,
        run: create,
      },
    ],
    [create, mayEdit],
  );
  useCommands(commands);
  return (
    <>
      <PageHeader
        title="Workflows"
        actions={
          <>
            <SearchInput ref={field} label="Search workflows" value={search} onChange={setSearch} />
            {mayEdit && (
              <Button variant="primary" icon={Plus} busy={busy} onClick={create}>
                <span className="hidden sm:inline">New workflow</span>
                <span className="sm:hidden">New</span>
              </Button>
            )}
          </>
        }
      />
      <Found search={useDeferredValue(search.trim())} onClear={() => setSearch("")} create={mayEdit ? create : null} />
    </>
  );
}

interface FoundProps {
  readonly search: string;
  readonly onClear: () => void;
  /** Null for a person who may not. */
  readonly create: (() => void) | null;
}

function Found({ search, onClear, create }: FoundProps) {
  const list = trpc.workflows.list.useInfiniteQuery(
    { limit: 50, ...(search ? { search } : {}) },
    {
      getNextPageParam: (page) => page.nextCursor ?? undefined,
      placeholderData: (before) => before,
      refetchInterval: 15_000,
    },
  );
  const items = useMemo(() => list.data?.pages.flatMap((page) => page.items) ?? [], [list.data]);
  if (list.isPending) return <SkeletonRows label="Loading workflows" />;
  if (list.isError && items.length === 0) {
    const error = readError(list.error);
    return (
      <ErrorState
        title="The workflows could not be loaded"
        onRetry={() => void list.refetch()}
        retrying={list.isFetching}
        requestId={error.requestId}
      >
        {error.message}
      </ErrorState>
    );
  }
  if (items.length === 0 && search) {
    return (
      <EmptyState
        icon={Search}
        title={`Nothing found for “${search}”`}
        actions={<Button onClick={onClear}>Clear the search</Button>}
      >
        Names and descriptions are searched.
      </EmptyState>
    );
  }
  if (items.length === 0) {
    return (
      <EmptyState
        icon={Workflow}
        title="No workflows yet"
        actions={
          create && (
            <Button variant="primary" icon={Plus} onClick={create}>
              New workflow
            </Button>
          )
        }
      >
        {create
          ? "Draw your first one: connect agents on a canvas and press Run."
          : "An editor has to make the first one."}
      </EmptyState>
    );
  }
  return (
    <WorkflowList
      items={items}
      onEndReached={list.hasNextPage && !list.isFetchingNextPage ? () => void list.fetchNextPage() : undefined}
      loadingMore={list.isFetchingNextPage}
    />
  );
}
