import { classes } from "./classes.ts";

/** A grey bar where content will be. */
export const Skeleton = ({ className }: { readonly className?: string }) => (
  <div aria-hidden className={classes("animate-shimmer rounded-xs bg-sunken", className ?? "h-4 w-full")} />
);

const widths = ["w-2/5", "w-3/5", "w-1/3", "w-1/2"] as const;

/** A list that is on its way. */
export function SkeletonRows({ rows = 8, label = "Loading" }: { readonly rows?: number; readonly label?: string }) {
  return (
    <div role="status" aria-label={label} className="w-full">
      {Array.from({ length: rows }, (_, row) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: placeholders have no identity
        <div key={row} className="flex h-11 items-center gap-3 border-b px-4">
          <Skeleton className="size-4 rounded-full" />
          <Skeleton className={classes("h-3", widths[row % widths.length])} />
          <Skeleton className="ml-auto h-3 w-16" />
        </div>
      ))}
    </div>
  );
}
