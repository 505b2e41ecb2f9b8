import { CalendarClock, ChevronRight } from "lucide-react";
import { Link } from "wouter";
import { plural } from "#client/components/ui/format.ts";
import { trpc } from "#client/trpc.ts";

/** Whether the workflow starts by itself, and the way to where that is set. */
export function ScheduleLine({ workflowId }: { readonly workflowId: string }) {
  const list = trpc.schedules.list.useQuery({ workflowId });
  const items = list.data?.items ?? [];
  const on = items.filter(({ enabled }) => enabled).length;
  const state = items.length === 0 ? "Starts only when it is run" : `${on} of ${plural(items.length, "schedule")} on`;
  return (
    <Link
      href={`/workflows/${workflowId}/schedules`}
      className="flex items-center gap-2.5 rounded-md border px-3 py-2 transition-colors hover:bg-hover"
    >
      <CalendarClock aria-hidden size={16} strokeWidth={1.75} className="shrink-0 text-muted" />
      <span className="min-w-0 flex-1">
        <span className="block font-medium">Schedules</span>
        <span className="tabular block text-faint text-xs">{list.isSuccess ? state : "\u00a0"}</span>
      </span>
      <ChevronRight aria-hidden size={14} className="shrink-0 text-faint" />
    </Link>
  );
}
