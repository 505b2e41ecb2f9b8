import { CircleCheck, LoaderCircle, TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";
import { showDuration } from "#client/canvas/duration.ts";
import { DifferenceList } from "#client/components/monitoring/DifferenceList.tsx";
import { Dialog } from "#client/components/ui/Dialog.tsx";
import { ErrorState } from "#client/components/ui/ErrorState.tsx";
import { plural } from "#client/components/ui/format.ts";
import { statusLooks } from "#client/components/ui/StatusIcon.tsx";
import { type RouterOutputs, readError, trpc } from "#client/trpc.ts";

/** Replays a run when it opens, and says whether it came to the same. */
export function ReplayDialog({ id, onClose }: { readonly id: string; readonly onClose: () => void }) {
  const replay = trpc.executions.replay.useQuery({ id }, { gcTime: 0, staleTime: Number.POSITIVE_INFINITY });
  return (
    <Dialog
      open
      width="md"
      onOpenChange={(open) => !open && onClose()}
      title="Replay"
      description="The run goes through the engine once more, in memory: every step is answered from the recording, and no call goes out."
    >
      {replay.isPending && (
        <p role="status" className="flex items-center gap-2 text-muted">
          <LoaderCircle aria-hidden size={14} className="animate-spin" /> Replaying …
        </p>
      )}
      {replay.isError && (
        <ErrorState
          title="The run could not be replayed"
          onRetry={() => void replay.refetch()}
          retrying={replay.isFetching}
          requestId={readError(replay.error).requestId}
        >
          {readError(replay.error).message}
        </ErrorState>
      )}
      {replay.data && <Result result={replay.data} />}
    </Dialog>
  );
}

const sides = ["Then", "Now"] as const;

function Result({ result }: { readonly result: RouterOutputs["executions"]["replay"] }) {
  const { identical, firstDifference: first, statuses, output, answered, steps, durationMs } = result;
  return (
    <div className="flex flex-col gap-4" data-replay={identical ? "identical" : "different"}>
      <p
        role="status"
        className={`flex items-center gap-2 rounded-md p-3 font-medium ${identical ? "bg-success-soft text-success" : "bg-warning-soft text-warning"}`}
      >
        {identical ? <CircleCheck aria-hidden size={16} /> : <TriangleAlert aria-hidden size={16} />}
        {identical
          ? "Identical: the same states and outputs in every step."
          : first === null
            ? "The steps came to the same, the run did not."
            : `It parted at “${first.name}”.`}
      </p>
      <dl className="tabular grid grid-cols-2 gap-x-6 gap-y-1 text-sm sm:grid-cols-4">
        <Figure name="Steps">{steps}</Figure>
        <Figure name="Recorded answers">{answered}</Figure>
        <Figure name="Outside calls">{result.outsideCalls}</Figure>
        <Figure name="It took">{showDuration(durationMs)}</Figure>
      </dl>
      {statuses[0] !== statuses[1] && (
        <p>{`The run ${statusLooks[statuses[0]].label.toLowerCase()} then, and now: ${statusLooks[statuses[1]].label.toLowerCase()}.`}</p>
      )}
      {first !== null && (
        <>
          {first.a?.status !== first.b?.status && (
            <p>{`“${first.name}”: ${nameOf(first.a?.status)} then, ${nameOf(first.b?.status)} now.`}</p>
          )}
          <DifferenceList title="Inputs" comparison={first.inputs} sides={sides} />
          <DifferenceList title="Outputs" comparison={first.outputs} sides={sides} />
        </>
      )}
      {first === null && <DifferenceList title="Output of the run" comparison={output} sides={sides} />}
      {identical && (
        <p className="text-faint text-xs">{`${plural(answered, "answer")} came from the recording, at no cost.`}</p>
      )}
    </div>
  );
}

const nameOf = (status: keyof typeof statusLooks | undefined): string =>
  status === undefined ? "not in the run" : statusLooks[status].label.toLowerCase();

function Figure({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <div>
      <dt className="text-faint text-xs">{name}</dt>
      <dd className="font-medium">{children}</dd>
    </div>
  );
}
