import { useEffect } from "react";
import { trpc } from "#client/trpc.ts";
import { useEditor } from "./EditorContext.ts";

/** The cards know which outputs are pinned. */
export function usePinMarks(): void {
  const { workflowId, keyed } = useEditor();
  const { data } = trpc.pins.list.useQuery({ workflowId });
  useEffect(() => keyed.pins.replace(new Map(data?.items.map(({ nodeId }) => [nodeId, true as const]))), [data, keyed]);
}
