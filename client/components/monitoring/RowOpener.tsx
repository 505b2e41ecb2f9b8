import { ChevronRight } from "lucide-react";
import { classes } from "../ui/classes.ts";
import type { StepRow } from "./stepTree.ts";

/** The indent of a row, and what opens and closes it where something belongs to it. The arrow keys do the same. */
export function RowOpener({ row, onToggle }: { readonly row: StepRow; readonly onToggle: (row: StepRow) => void }) {
  if (row.depth === 0 && row.open === null) return null;
  return (
    <span className="flex h-full shrink-0 items-center justify-end" style={{ width: row.depth * 12 + 16 }}>
      {row.open !== null && (
        <>
          <span className="sr-only">{row.open ? "open, " : "closed, "}</span>
          {/* biome-ignore lint/a11y/noStaticElementInteractions: an option holds no button; left and right do it by key */}
          {/* biome-ignore lint/a11y/useKeyWithClickEvents: the list box around it handles the keys */}
          <span
            data-opener
            className="flex size-5 items-center justify-center rounded-xs text-faint hover:bg-hover hover:text-text"
            onClick={(event) => {
              event.stopPropagation();
              onToggle(row);
            }}
          >
            <ChevronRight aria-hidden size={13} className={classes("transition-transform", row.open && "rotate-90")} />
          </span>
        </>
      )}
    </span>
  );
}
