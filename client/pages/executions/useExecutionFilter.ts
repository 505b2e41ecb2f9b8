import { useMemo } from "react";
import { useSearchParams } from "wouter";
import type { ExecutionStatus } from "#src/schemas/execution.ts";

export const statusFilters = {
  all: { label: "All", statuses: [] },
  active: { label: "Active", statuses: ["queued", "running", "waiting", "cancelling"] },
  succeeded: { label: "Succeeded", statuses: ["succeeded"] },
  failed: { label: "Failed", statuses: ["failed"] },
  cancelled: { label: "Cancelled", statuses: ["cancelled"] },
} as const satisfies Record<string, { label: string; statuses: readonly ExecutionStatus[] }>;
export type StatusFilter = keyof typeof statusFilters;

const isStatusFilter = (name: string): name is StatusFilter => Object.hasOwn(statusFilters, name);

export interface ExecutionFilter {
  readonly status: StatusFilter;
  readonly workflowId: string | null;
  readonly search: string;
  /** The run that another one is being chosen to compare with. */
  readonly compare: string | null;
}

/** The run list's filter, kept in the address so that it can be shared and gone back to. */
export function useExecutionFilter(): [ExecutionFilter, (change: Partial<ExecutionFilter>) => void] {
  const [parameters, setParameters] = useSearchParams();
  const status = parameters.get("status") ?? "all";
  const workflowId = parameters.get("workflow");
  const search = parameters.get("search") ?? "";
  const compare = parameters.get("compare");
  const filter = useMemo<ExecutionFilter>(
    () => ({ status: isStatusFilter(status) ? status : "all", workflowId, search, compare }),
    [status, workflowId, search, compare],
  );
  const change = (part: Partial<ExecutionFilter>) => {
    const next = { ...filter, ...part };
    const entries: [string, string][] = [
      ["status", next.status === "all" ? "" : next.status],
      ["workflow", next.workflowId ?? ""],
      ["search", next.search],
      ["compare", next.compare ?? ""],
    ];
    setParameters(new URLSearchParams(entries.filter(([, value]) => value !== "")), { replace: true });
  };
  return [filter, change];
}
