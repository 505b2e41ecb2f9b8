import { useNow } from "#client/hooks/useNow.ts";
import { exactly, showUntil, showWhen } from "./moments.ts";
import { browserTimezone } from "./timezones.ts";

interface NextRunsProps {
  /** ISO 8601; undefined while they are not known. */
  readonly times: readonly string[] | undefined;
  readonly timezone: string;
  /** They are of what stood there a moment ago. */
  readonly isOld: boolean;
}

/** The next times of what is being entered, here and, when it is elsewhere, where the schedule counts. */
export function NextRuns({ times, timezone, isOld }: NextRunsProps) {
  const now = useNow(true, 15_000);
  const here = browserTimezone();
  return (
    <section aria-label="Next runs" aria-live="polite" aria-busy={isOld} className="rounded-md bg-sunken px-3 py-2.5">
      <h3 className="font-medium text-muted text-xs">Next runs{timezone !== here && " in your time"}</h3>
      {times === undefined && (
        <p className="mt-1 h-25 text-faint text-xs leading-5">Shown as soon as the times can be read.</p>
      )}
      {times?.length === 0 && <p className="mt-1 text-warning text-xs leading-5">No day fits: it would never start.</p>}
      {times !== undefined && times.length > 0 && (
        <ol className={isOld ? "mt-1 opacity-60" : "mt-1"}>
          {times.map((time) => {
            const at = Date.parse(time);
            return (
              <li key={time} className="flex flex-wrap justify-between gap-x-3 text-xs leading-5">
                <time dateTime={time} title={exactly(at, timezone, here)} className="tabular">
                  {showWhen(at, now)}
                </time>
                <span className="tabular text-faint">
                  {timezone === here ? showUntil(at, now) : `${showWhen(at, now, timezone)} there`}
                </span>
              </li>
            );
          })}
        </ol>
      )}
    </section>
  );
}
