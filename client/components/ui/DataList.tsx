import { useVirtualizer } from "@tanstack/react-virtual";
import { type KeyboardEvent, type ReactNode, useEffect, useMemo, useRef } from "react";
import { Link } from "wouter";
import { useCommands } from "#client/hooks/useCommands.ts";
import { classes } from "./classes.ts";
import { Skeleton } from "./Skeleton.tsx";

export interface Column<Item> {
  readonly id: string;
  readonly header: string;
  /** Width and visibility, e.g. `w-24 hidden md:block`; the title column grows. */
  readonly className?: string;
  readonly cell: (item: Item) => ReactNode;
}

export interface DataListProps<Item> {
  readonly label: string;
  readonly items: readonly Item[];
  readonly getKey: (item: Item) => string;
  readonly href: (item: Item) => string;
  /** Before the title: a status. */
  readonly lead?: (item: Item) => ReactNode;
  readonly titleHeader: string;
  readonly title: (item: Item) => string;
  /** Fainter, after the title, as far as there is room. */
  readonly subtitle?: (item: Item) => ReactNode;
  readonly columns: readonly Column<Item>[];
  /** Buttons at the end of the row. */
  readonly actions?: (item: Item) => ReactNode;
  /** Keys pressed on a row, beside Enter, arrows, j and k. */
  readonly onRowKey?: (item: Item, key: string) => void;
  readonly onEndReached?: (() => void) | undefined;
  readonly loadingMore?: boolean;
}

const rowHeight = 44;
const rowClasses = "flex items-center gap-4 px-4";

/** A long list of things to open: virtual rows, one link each; j, k and the arrows walk it. */
export function DataList<Item>(props: DataListProps<Item>) {
  const { label, items, getKey, columns, onEndReached, loadingMore = false } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const rows = useVirtualizer({
    count: items.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    getItemKey: (index) => {
      const item = items[index];
      return item === undefined ? index : getKey(item);
    },
    overscan: 8,
  });
  const shown = rows.getVirtualItems();
  const last = shown.at(-1)?.index ?? -1;
  useEffect(() => {
    if (items.length > 0 && last >= items.length - 5) onEndReached?.();
  }, [last, items.length, onEndReached]);
  const focusRow = useRowFocus(scroller, items.length, (index) => rows.scrollToIndex(index));
  return (
    <div ref={scroller} className="min-h-0 flex-1 overflow-y-auto">
      <div aria-hidden className={classes(rowClasses, "sticky top-0 z-10 h-8 border-b bg-surface text-faint text-xs")}>
        <span className="flex-1">{props.titleHeader}</span>
        {columns.map((column) => (
          <span key={column.id} className={classes("shrink-0 truncate", column.className)}>
            {column.header}
          </span>
        ))}
        {props.actions && <span className="w-8" />}
      </div>
      <ul aria-label={label} className="relative" style={{ height: rows.getTotalSize() }}>
        {shown.map(({ index, key, start }) => {
          const item = items[index];
          return item === undefined ? null : (
            <Row key={key} {...props} item={item} index={index} start={start} focusRow={focusRow} />
          );
        })}
      </ul>
      {loadingMore && (
        <div role="status" aria-label="Loading more" className={classes(rowClasses, "h-11")}>
          <Skeleton className="h-3 w-1/3" />
        </div>
      )}
    </div>
  );
}

interface RowProps<Item> extends DataListProps<Item> {
  readonly item: Item;
  readonly index: number;
  /** Offset from the top, in pixels. */
  readonly start: number;
  readonly focusRow: (index: number) => void;
}

function Row<Item>({ item, index, start, focusRow, ...props }: RowProps<Item>) {
  const onKeyDown = (event: KeyboardEvent) => {
    if (!(event.target instanceof HTMLAnchorElement)) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      focusRow(index + (event.key === "ArrowDown" ? 1 : -1));
    } else if (!event.ctrlKey && !event.metaKey && !event.altKey) props.onRowKey?.(item, event.key);
  };
  return (
    <li
      data-index={index}
      onKeyDown={onKeyDown}
      style={{ transform: `translateY(${start}px)`, height: rowHeight }}
      className={classes(
        rowClasses,
        "absolute inset-x-0 top-0 border-b hover:bg-hover/60 focus-within:bg-hover has-[[data-state=open]]:bg-hover",
      )}
    >
      {props.lead?.(item)}
      <div className="flex min-w-0 flex-1 items-baseline gap-2">
        <Link
          href={props.href(item)}
          className={classes(
            "cover-link max-w-full shrink-0 truncate font-medium outline-none after:rounded-xs",
            "focus-visible:after:outline-2 focus-visible:after:outline-focus focus-visible:after:-outline-offset-2",
          )}
        >
          {props.title(item)}
        </Link>
        {props.subtitle && <span className="min-w-0 truncate text-faint">{props.subtitle(item)}</span>}
      </div>
      {props.columns.map((column) => (
        <div key={column.id} className={classes("shrink-0 truncate text-muted", column.className)}>
          {column.cell(item)}
        </div>
      ))}
      {props.actions && <div className="relative z-1 flex w-8 justify-end">{props.actions(item)}</div>}
    </li>
  );
}

/** Moves the focus to a row, scrolling to it first; j and k do it from anywhere on the page. */
function useRowFocus(
  scroller: React.RefObject<HTMLDivElement | null>,
  count: number,
  scrollTo: (index: number) => void,
): (index: number) => void {
  const latest = useRef(scrollTo);
  latest.current = scrollTo;
  const { focusRow, commands } = useMemo(() => {
    const linkOf = (index: number) =>
      scroller.current?.querySelector<HTMLAnchorElement>(`[data-index="${index}"] a`) ?? null;
    const focus = (index: number) => {
      const wanted = Math.max(0, Math.min(count - 1, index));
      latest.current(wanted);
      requestAnimationFrame(() => linkOf(wanted)?.focus());
    };
    const step = (by: number) => {
      const row = document.activeElement?.closest<HTMLElement>("[data-index]");
      focus(row ? Number(row.dataset.index) + by : 0);
    };
    return {
      focusRow: focus,
      commands: [
        {
          id: "list.next",
          label: "Next row",
          group: "List",
          shortcut: "j",
          keyOnly: true,
          enabled: count > 0,
          run: () => step(1),
        },
        {
          id: "list.previous",
          label: "Row before",
          group: "List",
          shortcut: "k",
          keyOnly: true,
          enabled: count > 0,
          run: () => step(-1),
        },
      ],
    };
  }, [scroller, count]);
  useCommands(commands);
  return focusRow;
}
