import { useState } from "react";
import { saveFile } from "#client/components/ui/saveFile.ts";
import { toast } from "#client/components/ui/Toast.tsx";
import { readError, trpc } from "#client/trpc.ts";
import type { ComparisonMode } from "#src/schemas/testCase.ts";

/** Runs, changes and exports a workflow's tests; the list follows. */
export function useTestChanges(workflowId: string) {
  const { tests, client } = trpc.useUtils();
  const [exporting, setExporting] = useState(false);
  const failed = (title: string) => (error: unknown) => toast.error(title, { description: readError(error).message });
  const refresh = () => void tests.list.invalidate({ workflowId });
  const run = trpc.tests.run.useMutation({
    onSuccess({ items }) {
      const broken = items.filter(({ lastResult }) => lastResult?.passed === false).length;
      if (broken > 0) toast.error(`${broken} of ${items.length} failed`);
      else toast.success(items.length === 1 ? "The test passed" : `All ${items.length} tests passed`);
    },
    onError: failed("The tests did not run"),
    onSettled: refresh,
  });
  const update = trpc.tests.update.useMutation({ onError: failed("The test was not changed"), onSettled: refresh });
  const remove = trpc.tests.delete.useMutation({ onError: failed("The test was not deleted"), onSettled: refresh });
  return {
    running: run.isPending,
    run: (ids?: readonly string[]) => run.mutate({ workflowId, ...(ids === undefined ? {} : { ids: [...ids] }) }),
    update: (id: string, change: { name?: string; mode?: ComparisonMode }) => update.mutate({ id, ...change }),
    remove: (id: string) => remove.mutate({ id }),
    exporting,
    async download() {
      setExporting(true);
      try {
        const file = await client.tests.export.query({ workflowId });
        saveFile(JSON.stringify(file, null, 2), `${workflowId}.tests.json`);
      } catch (error) {
        failed("The tests were not exported")(error);
      } finally {
        setExporting(false);
      }
    },
  };
}
export type TestChanges = ReturnType<typeof useTestChanges>;
