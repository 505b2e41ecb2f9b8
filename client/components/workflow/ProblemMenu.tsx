import { useSetAtom } from "jotai";
import { CircleAlert, TriangleAlert } from "lucide-react";
import { selectNodes } from "#client/canvas/selection.ts";
import { Popover } from "#client/components/ui/Popover.tsx";
import { inspectorSheetAtom, selectionAtom } from "#client/stores/editor.ts";
import type { Diagnostic } from "#src/schemas/diagnostic.ts";
import { useDiagnostics, useEditor, useGraph } from "./EditorContext.ts";

interface ProblemMenuProps {
  readonly open: boolean;
  readonly onOpenChange: (open: boolean) => void;
}

/** What stands in the way of a run; each line leads to the node at fault. */
export function ProblemMenu({ open, onOpenChange }: ProblemMenuProps) {
  const diagnostics = useDiagnostics();
  const errors = diagnostics.filter((each) => each.severity === "error").length;
  const warnings = diagnostics.length - errors;
  const Icon = errors > 0 ? CircleAlert : TriangleAlert;
  return (
    <Popover
      label="Problems"
      open={open}
      onOpenChange={onOpenChange}
      align="end"
      className="max-h-96 w-88 overflow-y-auto p-1"
      trigger={
        <button
          type="button"
          aria-label={`${count(errors, "error")}, ${count(warnings, "warning")}`}
          className={`tabular flex h-8 items-center gap-1 rounded-sm px-2 font-medium text-xs hover:bg-hover ${errors > 0 ? "text-danger" : "text-warning"}`}
        >
          <Icon aria-hidden size={15} />
          {diagnostics.length}
        </button>
      }
    >
      <ul>
        {diagnostics.map((diagnostic, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the same problem can be there twice
          <Problem key={index} diagnostic={diagnostic} onGo={() => onOpenChange(false)} />
        ))}
      </ul>
    </Popover>
  );
}

const count = (number: number, word: string) => `${number} ${word}${number === 1 ? "" : "s"}`;

function Problem({ diagnostic, onGo }: { readonly diagnostic: Diagnostic; readonly onGo: () => void }) {
  const { canvas } = useEditor();
  const graph = useGraph();
  const select = useSetAtom(selectionAtom);
  const openSheet = useSetAtom(inspectorSheetAtom);
  const { nodeId, edgeId, severity, message } = diagnostic;
  const name = graph.nodes.find((node) => node.id === nodeId)?.name;
  const Icon = severity === "error" ? CircleAlert : TriangleAlert;
  return (
    <li>
      <button
        type="button"
        className="flex w-full items-start gap-2 rounded-sm px-2 py-1.5 text-left hover:bg-hover"
        onClick={() => {
          if (nodeId !== undefined) {
            select(selectNodes([nodeId]));
            canvas.current?.reveal([nodeId]);
            openSheet(true);
          } else if (edgeId !== undefined) select({ nodes: new Set(), edges: new Set([edgeId]) });
          onGo();
        }}
      >
        <Icon
          aria-label={severity}
          size={14}
          className={`mt-0.5 shrink-0 ${severity === "error" ? "text-danger" : "text-warning"}`}
        />
        <span className="min-w-0">
          {name !== undefined && <span className="block truncate font-medium text-sm">{name}</span>}
          <span className="block text-muted text-xs">{message}</span>
        </span>
      </button>
    </li>
  );
}
