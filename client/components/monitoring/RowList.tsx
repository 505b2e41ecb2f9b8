import { type KeyboardEventHandler, type ReactNode, useEffect, useLayoutEffect, useRef, useState } from "react";
import type { StepRow } from "./stepTree.ts";

/** Rows drawn beyond what is visible, above and below. */
const spare = 10;

interface RowListProps {
  readonly label: string;
  readonly rows: readonly StepRow[];
  /** Height of each row, CSS pixels. */
  readonly rowHeight: number;
  /** Index of the row at the cursor; -1 for none. It is kept in view. */
  readonly active: number;
  readonly onKeyDown: KeyboardEventHandler<HTMLElement>;
  readonly render: (row: StepRow, index: number) => ReactNode;
}

/** A list of any length: only the rows in view are in the page. Fills its parent. */
export function RowList({ label, rows, rowHeight, active, onKeyDown, render }: RowListProps) {
  const box = useRef<HTMLDivElement>(null);
  const [view, setView] = useState({ top: 0, height: 600 });
  useEffect(() => {
    const element = box.current;
    if (element === null) return;
    const resized = new ResizeObserver(() => setView((before) => ({ ...before, height: element.clientHeight })));
    resized.observe(element);
    return () => resized.disconnect();
  }, []);
  const id = rows[active]?.id;
  // biome-ignore lint/correctness/useExhaustiveDependencies: the list follows the cursor, not every row that comes in above it
  useLayoutEffect(() => {
    const element = box.current;
    if (element === null || active < 0) return;
    const top = active * rowHeight;
    if (top < element.scrollTop) element.scrollTop = top;
    else if (top + rowHeight > element.scrollTop + element.clientHeight)
      element.scrollTop = top + rowHeight - element.clientHeight + 8;
    setView((before) => ({ ...before, top: element.scrollTop }));
    const hadFocus = element.contains(document.activeElement) || document.activeElement === element;
    if (hadFocus && id !== undefined)
      requestAnimationFrame(() => element.querySelector<HTMLElement>(`[data-row="${CSS.escape(id)}"]`)?.focus());
  }, [id, rowHeight]);
  const from = Math.max(0, Math.floor(view.top / rowHeight) - spare);
  const to = Math.min(rows.length, Math.ceil((view.top + view.height) / rowHeight) + spare);
  return (
    <div
      ref={box}
      role="listbox"
      aria-label={label}
      tabIndex={-1}
      onKeyDown={onKeyDown}
      onScroll={(event) => {
        const top = event.currentTarget.scrollTop;
        setView((before) => ({ ...before, top }));
      }}
      className="h-full min-h-0 overflow-y-auto p-1 outline-none"
    >
      <div role="presentation" style={{ height: rows.length * rowHeight, paddingTop: from * rowHeight }}>
        {rows.slice(from, to).map((row, index) => render(row, from + index))}
      </div>
    </div>
  );
}
