import { useNow } from "#client/hooks/useNow.ts";
import { showAgo, showMoment } from "./format.ts";

/** How long ago, kept up to date; the exact moment on hover. `at` is ISO 8601. */
export function Time({ at }: { readonly at: string }) {
  const now = useNow(true, 30_000);
  const moment = Date.parse(at);
  return (
    <time dateTime={at} title={showMoment(moment)} className="tabular whitespace-nowrap">
      {showAgo(moment, now)}
    </time>
  );
}
