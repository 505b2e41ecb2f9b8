import { ChevronRight } from "lucide-react";
import { classes } from "../ui/classes.ts";
import type { StepRow } from "./stepTree.ts";

/** The indent of a row, and what opens and closes it where something belongs to it. The keys do the same. */
export function RowOpener({ row, onToggle }: { readonly row: StepRow; readonly onToggle: (row: StepRow) => void }) {
  if (row.depth === 0 && row.open === null) return null;
  return (
    <span className="flex h-full shrink-0 items-center justify-end" style={{ width: row.depth * 12 + 16 }}>
      {row.open !== null && (
        <button
          type="button"
          tabIndex={-1}
          aria-label={row.open ? "Close" : "Open"}
          aria-expanded={row.open}
          className="flex size-5 items-center justify-center rounded-xs text-faint hover:bg-hover hover:text-text"
          onClick={(event) => {
            event.stopPropagation();
            onToggle(row);
          }}
        >
          <ChevronRight size={13} className={classes("transition-transform", row.open && "rotate-90")} />
        </button>
      )}
    </span>
  );
}
