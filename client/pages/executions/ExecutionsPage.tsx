import { GitCompare, History, Play, Search, X } from "lucide-react";
import { useDeferredValue, useMemo, useRef } from "react";
import { useLocation } from "wouter";
import { PageHeader } from "#client/components/shell/PageHeader.tsx";
import { Button, ButtonLink } from "#client/components/ui/Button.tsx";
import { EmptyState } from "#client/components/ui/EmptyState.tsx";
import { ErrorState } from "#client/components/ui/ErrorState.tsx";
import { SearchInput } from "#client/components/ui/SearchInput.tsx";
import { SegmentedControl } from "#client/components/ui/SegmentedControl.tsx";
import { SkeletonRows } from "#client/components/ui/Skeleton.tsx";
import { useCommands } from "#client/hooks/useCommands.ts";
import { readError, trpc } from "#client/trpc.ts";
import { type ExecutionSummary, isFinalExecution } from "#src/schemas/execution.ts";
import { compareHref } from "./compareHref.ts";
import { ExecutionList } from "./ExecutionList.tsx";
import { RemovedNote } from "./RemovedNote.tsx";
import { type ExecutionFilter, type StatusFilter, statusFilters, useExecutionFilter } from "./useExecutionFilter.ts";

const filterOptions = (Object.keys(statusFilters) as StatusFilter[]).map((value) => ({
  value,
  label: statusFilters[value].label,
}));

export function ExecutionsPage() {
  const [filter, change] = useExecutionFilter();
  const field = useRef<HTMLInputElement>(null);
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
    ],
    [],
  );
  useCommands(commands);
  return (
    <>
      <PageHeader
        title="Runs"
        actions={
          <SearchInput
            ref={field}
            label="Search runs"
            value={filter.search}
            onChange={(search) => change({ search })}
          />
        }
      />
      <div className="flex h-12 shrink-0 items-center gap-2 overflow-x-auto border-b px-4">
        <SegmentedControl
          label="Status"
          value={filter.status}
          onChange={(status) => change({ status })}
          options={filterOptions}
        />
        {filter.workflowId && <WorkflowChip id={filter.workflowId} onRemove={() => change({ workflowId: null })} />}
      </div>
      {filter.compare !== null && <CompareHint onStop={() => change({ compare: null })} />}
      <Found
        filter={filter}
        onCompare={(compare) => change({ compare })}
        onClear={() => change({ status: "all", workflowId: null, search: "" })}
      />
    </>
  );
}

function CompareHint({ onStop }: { readonly onStop: () => void }) {
  return (
    <div role="status" className="flex h-11 shrink-0 items-center gap-2 border-b bg-accent-soft px-4 text-accent-text">
      <GitCompare aria-hidden size={14} className="shrink-0" />
      <span className="min-w-0 flex-1 truncate">Choose the other run: the button in its row.</span>
      <Button size="sm" onClick={onStop}>
        Cancel
      </Button>
    </div>
  );
}

function WorkflowChip({ id, onRemove }: { readonly id: string; readonly onRemove: () => void }) {
  const { data } = trpc.workflows.get.useQuery({ id });
  return (
    <Button onClick={onRemove} aria-label={`Runs of ${data?.name ?? "one workflow"} only; show all`}>
      <span className="max-w-40 truncate">{data?.name ?? "One workflow"}</span>
      <X aria-hidden size={14} className="text-faint" />
    </Button>
  );
}

/** How often the list is asked for again, in milliseconds: quickly while something in it moves. */
const whileActive = 1_500;
const atRest = 6_000;

function useExecutions(filter: ExecutionFilter) {
  const search = useDeferredValue(filter.search.trim());
  const { statuses } = statusFilters[filter.status];
  const list = trpc.executions.list.useInfiniteQuery(
    {
      limit: 50,
      ...(statuses.length > 0 ? { status: [...statuses] } : {}),
      ...(filter.workflowId ? { workflowId: filter.workflowId } : {}),
      ...(search ? { search } : {}),
    },
    {
      getNextPageParam: (page) => page.nextCursor ?? undefined,
      placeholderData: (before) => before,
      refetchInterval: ({ state }) =>
        state.data?.pages.some((page) => page.items.some((item) => !isFinalExecution(item.status)))
          ? whileActive
          : atRest,
    },
  );
  const { executions } = trpc.useUtils();
  trpc.executions.watchWorkflow.useSubscription(
    { workflowId: filter.workflowId ?? "" },
    { enabled: filter.workflowId !== null, onData: () => void executions.list.invalidate() },
  );
  return list;
}

interface FoundProps {
  readonly filter: ExecutionFilter;
  readonly onCompare: (id: string | null) => void;
  readonly onClear: () => void;
}

function Found({ filter, onCompare, onClear }: FoundProps) {
  const [, navigate] = useLocation();
  const compare = ({ id }: ExecutionSummary) => {
    if (filter.compare === null || filter.compare === id) onCompare(filter.compare === id ? null : id);
    else navigate(compareHref(filter.compare, id));
  };
  const list = useExecutions(filter);
  const items = useMemo(() => list.data?.pages.flatMap((page) => page.items) ?? [], [list.data]);
  if (list.isPending) return <SkeletonRows label="Loading runs" />;
  if (list.isError && items.length === 0) {
    const error = readError(list.error);
    return (
      <ErrorState
        title="The runs could not be loaded"
        onRetry={() => void list.refetch()}
        retrying={list.isFetching}
        requestId={error.requestId}
      >
        {error.message}
      </ErrorState>
    );
  }
  if (items.length > 0) {
    return (
      <>
        <ExecutionList
          items={items}
          onEndReached={list.hasNextPage && !list.isFetchingNextPage ? () => void list.fetchNextPage() : undefined}
          loadingMore={list.isFetchingNextPage}
          onCompare={compare}
          compared={filter.compare}
        />
        {!list.hasNextPage && <RemovedNote />}
      </>
    );
  }
  const filtered = filter.status !== "all" || filter.workflowId !== null || filter.search !== "";
  return filtered ? (
    <EmptyState
      icon={Search}
      title="No run fits the filter"
      actions={<Button onClick={onClear}>Show all runs</Button>}
    />
  ) : (
    <EmptyState
      icon={History}
      title="No runs yet"
      actions={
        <ButtonLink href="/workflows" icon={Play}>
          Go to workflows
        </ButtonLink>
      }
    >
      Open a workflow and press Run. Every run is kept here with its steps, their input, output and log.
    </EmptyState>
  );
}
