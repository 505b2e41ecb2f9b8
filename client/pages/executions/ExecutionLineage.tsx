import { GitCompare, GitFork } from "lucide-react";
import { Link } from "wouter";
import { Button } from "#client/components/ui/Button.tsx";
import { plural } from "#client/components/ui/format.ts";
import { Popover } from "#client/components/ui/Popover.tsx";
import { StatusIcon } from "#client/components/ui/StatusIcon.tsx";
import { Time } from "#client/components/ui/Time.tsx";
import { trpc } from "#client/trpc.ts";
import type { ExecutionDetail } from "#src/schemas/execution.ts";
import type { Relative } from "#src/schemas/lineage.ts";
import type { Trigger } from "#src/schemas/principal.ts";
import { compareHref } from "./compareHref.ts";

const madeBy: Partial<Record<Trigger["kind"], string>> = {
  retry: "Retry of",
  fork: "Forked from",
};

/** Which run this one was made from, and which were made from it. Nothing when it stands alone. */
export function ExecutionLineage({ detail }: { readonly detail: ExecutionDetail }) {
  const lineage = trpc.executions.lineage.useQuery({ id: detail.id });
  const { source = null, derived = [] } = lineage.data ?? {};
  const isSourceGone = lineage.data?.source === null && detail.trigger.source !== undefined;
  if (source === null && !isSourceGone && derived.length === 0) return null;
  return (
    <>
      {source !== null && (
        <div className="flex items-center gap-1.5">
          <dt className="text-faint">{madeBy[detail.trigger.kind] ?? "Again after"}</dt>
          <dd className="flex items-center gap-1.5">
            <Link
              href={`/runs/${source.execution.id}`}
              className="flex items-center gap-1 text-accent-text hover:underline"
            >
              <StatusIcon status={source.execution.status} size={12} />
              {shortId(source.execution.id)}
            </Link>
            {source.stepName !== null && <span className="max-w-40 truncate">{`at “${source.stepName}”`}</span>}
            <CompareLink a={source.execution.id} b={detail.id} />
          </dd>
        </div>
      )}
      {isSourceGone && (
        <div className="flex items-center gap-1.5">
          <dt className="text-faint">{madeBy[detail.trigger.kind] ?? "Again after"}</dt>
          <dd className="text-muted">a run that was removed</dd>
        </div>
      )}
      {derived.length > 0 && (
        <div className="flex items-center gap-1.5">
          <dt className="text-faint">Made from this</dt>
          <dd>
            <Derived of={detail.id} items={derived} />
          </dd>
        </div>
      )}
    </>
  );
}

/** The end of an id, which tells neighbours apart. */
const shortId = (id: string): string => `…${id.slice(-6)}`;

function CompareLink({ a, b }: { readonly a: string; readonly b: string }) {
  return (
    <Link
      href={compareHref(a, b)}
      className="inline-flex items-center gap-1 rounded-xs text-accent-text hover:underline"
    >
      <GitCompare aria-hidden size={12} />
      Compare
    </Link>
  );
}

function Derived({ of, items }: { readonly of: string; readonly items: readonly Relative[] }) {
  return (
    <Popover
      label="Runs made from this one"
      className="w-90 max-w-[calc(100vw-16px)] p-1"
      trigger={
        <Button size="sm" variant="ghost" icon={GitFork} className="-my-1 h-6 px-1">
          {plural(items.length, "run")}
        </Button>
      }
    >
      <ul className="max-h-80 overflow-y-auto text-sm">
        {items.map(({ execution, stepName }) => (
          <li key={execution.id} className="flex items-center gap-2 rounded-sm px-2 py-1.5 hover:bg-hover">
            <StatusIcon status={execution.status} />
            <Link href={`/runs/${execution.id}`} className="min-w-0 flex-1 truncate rounded-xs hover:underline">
              {describe(execution.trigger.kind, stepName)}
            </Link>
            <span className="shrink-0 text-faint text-xs">
              <Time at={execution.createdAt} />
            </span>
            <span className="shrink-0 text-xs">
              <CompareLink a={of} b={execution.id} />
            </span>
          </li>
        ))}
      </ul>
    </Popover>
  );
}

function describe(kind: Trigger["kind"], stepName: string | null): string {
  if (kind === "retry") return "Retry from the failed step";
  if (stepName !== null) return `Fork at “${stepName}”`;
  return "Run again";
}
