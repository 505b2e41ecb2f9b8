import { Pin } from "lucide-react";
import { Button } from "#client/components/ui/Button.tsx";
import { useStepRuns } from "../useStepRuns.ts";

/** Says that the node's output is pinned, and lets it go. Nothing when it is not. */
export function PinNote({ nodeId, name }: { readonly nodeId: string; readonly name: string }) {
  const { pins, unpin, mayPin } = useStepRuns();
  if (!pins.has(nodeId)) return null;
  return (
    <div
      role="note"
      aria-label="Pinned output"
      className="mx-3 mb-2 flex items-center gap-1.5 rounded-sm bg-warning-soft py-1 pr-1 pl-2 text-warning text-xs"
    >
      <Pin aria-hidden size={13} className="shrink-0" />
      <span className="min-w-0 flex-1">Output pinned: runs from the editor use it instead of running this step.</span>
      {mayPin && (
        <Button size="sm" variant="ghost" aria-label={`Unpin the output of ${name}`} onClick={() => unpin(nodeId)}>
          Unpin
        </Button>
      )}
    </div>
  );
}
