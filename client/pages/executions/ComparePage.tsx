import { ArrowLeftRight, Equal, GitCompare } from "lucide-react";
import { useState } from "react";
import { useSearchParams } from "wouter";
import { PageHeader } from "#client/components/shell/PageHeader.tsx";
import { ButtonLink } from "#client/components/ui/Button.tsx";
import { EmptyState } from "#client/components/ui/EmptyState.tsx";
import { ErrorState } from "#client/components/ui/ErrorState.tsx";
import { plural } from "#client/components/ui/format.ts";
import { SegmentedControl } from "#client/components/ui/SegmentedControl.tsx";
import { SkeletonRows } from "#client/components/ui/Skeleton.tsx";
import { readError, trpc } from "#client/trpc.ts";
import type { ExecutionComparison } from "#src/schemas/comparison.ts";
import { ComparedSteps } from "./ComparedSteps.tsx";
import { ComparedStepView } from "./ComparedStepView.tsx";
import { ComparedSummaries } from "./ComparedSummaries.tsx";
import { compareHref } from "./compareHref.ts";

const parent = { label: "Runs", href: "/runs" };

/** Two runs, step by step: `?a=` and `?b=` are their ids. */
export function ComparePage() {
  const [parameters] = useSearchParams();
  const [a, b] = [parameters.get("a") ?? "", parameters.get("b") ?? ""];
  const compared = trpc.executions.compare.useQuery({ a, b }, { enabled: a !== "" && b !== "" });
  const actions = (
    <ButtonLink href={compareHref(b, a)} icon={ArrowLeftRight}>
      Swap
    </ButtonLink>
  );
  if (a === "" || b === "") {
    return (
      <>
        <PageHeader title="Compare" parent={parent} />
        <EmptyState icon={GitCompare} title="Choose two runs" actions={<ButtonLink href="/runs">All runs</ButtonLink>}>
          In the list of runs, take the first with its compare button, then the second.
        </EmptyState>
      </>
    );
  }
  if (compared.isPending) {
    return (
      <>
        <PageHeader title="Compare" parent={parent} />
        <SkeletonRows label="Comparing the runs" />
      </>
    );
  }
  if (compared.isError) {
    const error = readError(compared.error);
    return (
      <>
        <PageHeader title="Compare" parent={parent} />
        <ErrorState
          title="The runs could not be compared"
          onRetry={() => void compared.refetch()}
          retrying={compared.isFetching}
          actions={<ButtonLink href="/runs">All runs</ButtonLink>}
          requestId={error.requestId}
        >
          {error.message}
        </ErrorState>
      </>
    );
  }
  return (
    <>
      <PageHeader title="Compare" parent={parent} actions={actions} />
      <Comparison key={`${a} ${b}`} compared={compared.data} />
    </>
  );
}

const filters = [
  { value: "different", label: "Different" },
  { value: "all", label: "All" },
] as const;

function Comparison({ compared }: { readonly compared: ExecutionComparison }) {
  const { steps, firstDifference } = compared;
  const [filter, setFilter] = useState<"different" | "all">(compared.same ? "all" : "different");
  const [chosen, setChosen] = useState<string | null>(null);
  const selected = chosen ?? firstDifference;
  const shown = filter === "all" ? steps : steps.filter((step) => !step.same);
  const step = steps.find(({ stepKey }) => stepKey === selected) ?? null;
  const different = steps.filter((each) => !each.same).length;
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <ComparedSummaries compared={compared} />
      <div className="flex h-11 shrink-0 items-center justify-between gap-3 border-b px-4">
        <p role="status" className="flex min-w-0 items-center gap-1.5 truncate font-medium">
          {compared.same && <Equal aria-hidden size={14} className="shrink-0 text-success" />}
          {compared.same ? "The same in every step" : verdict(compared, different)}
        </p>
        <SegmentedControl label="Show steps" size="sm" value={filter} onChange={setFilter} options={filters} />
      </div>
      <div className="flex min-h-0 flex-1 flex-col md:flex-row">
        <ComparedSteps steps={shown} first={firstDifference} selected={selected} onSelect={setChosen} />
        <section aria-label="Selected step" className="min-h-0 min-w-0 flex-1 overflow-y-auto">
          <ComparedStepView step={step} compared={compared} />
        </section>
      </div>
    </div>
  );
}

function verdict({ steps, firstDifference }: ExecutionComparison, different: number): string {
  const first = steps.find(({ stepKey }) => stepKey === firstDifference);
  if (first === undefined) return "The steps are the same; what went in or came out is not";
  return `They part at “${first.name}”; ${plural(different, "step differs", "steps differ")}`;
}
