import { Download, FlaskConical, History, Play } from "lucide-react";
import { PageHeader } from "#client/components/shell/PageHeader.tsx";
import { Button, ButtonLink } from "#client/components/ui/Button.tsx";
import { EmptyState } from "#client/components/ui/EmptyState.tsx";
import { ErrorState } from "#client/components/ui/ErrorState.tsx";
import { SkeletonRows } from "#client/components/ui/Skeleton.tsx";
import { useMay } from "#client/hooks/useSession.ts";
import { readError, trpc } from "#client/trpc.ts";
import { TestRow } from "./TestRow.tsx";
import { useTestChanges } from "./useTestChanges.ts";

/** A workflow's test cases: runs that were kept, held against the workflow as it is now. */
export function TestsPage({ workflowId }: { readonly workflowId: string }) {
  const workflow = trpc.workflows.get.useQuery({ id: workflowId });
  const tests = trpc.tests.list.useQuery({ workflowId });
  const mayRun = useMay("operator");
  const changes = useTestChanges(workflowId);
  const items = tests.data?.items ?? [];
  const failed = items.filter(({ lastResult }) => lastResult !== null && !lastResult.passed).length;
  const ran = items.filter(({ lastResult }) => lastResult !== null).length;
  return (
    <>
      <PageHeader
        title="Tests"
        parent={{ label: workflow.data?.name ?? "Workflow", href: `/workflows/${workflowId}` }}
        aside={
          ran > 0 && (
            <span role="status" className="tabular ml-2 hidden text-faint text-xs sm:inline">
              {failed === 0 ? `${ran} of ${items.length} passed` : `${failed} of ${items.length} failed`}
            </span>
          )
        }
        actions={
          items.length > 0 && (
            <>
              <Button icon={Download} busy={changes.exporting} onClick={changes.download}>
                <span className="hidden sm:inline">Export</span>
                <span className="sr-only sm:hidden">Export</span>
              </Button>
              {mayRun && (
                <Button variant="primary" icon={Play} busy={changes.running} onClick={() => changes.run()}>
                  Run all
                </Button>
              )}
            </>
          )
        }
      />
      {tests.isPending && <SkeletonRows label="Loading the tests" />}
      {tests.isError && (
        <ErrorState
          title="The tests could not be loaded"
          onRetry={() => void tests.refetch()}
          retrying={tests.isFetching}
          requestId={readError(tests.error).requestId}
        >
          {readError(tests.error).message}
        </ErrorState>
      )}
      {tests.isSuccess && items.length === 0 && (
        <EmptyState
          icon={FlaskConical}
          title="No tests yet"
          actions={
            <ButtonLink href={`/workflows/${workflowId}/runs`} icon={History}>
              Runs of this workflow
            </ButtonLink>
          }
        >
          Open a run and choose “Save as test case”. Tests are answered from the recording, so they cost nothing until a
          step is changed.
        </EmptyState>
      )}
      {items.length > 0 && (
        <ul aria-label="Tests" className="min-h-0 flex-1 divide-y overflow-y-auto">
          {items.map((test) => (
            <TestRow key={test.id} test={test} changes={changes} />
          ))}
        </ul>
      )}
    </>
  );
}
