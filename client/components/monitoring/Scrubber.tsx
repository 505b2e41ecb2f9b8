import { History, Pause, Play, SkipBack, SkipForward, X } from "lucide-react";
import type { KeyboardEvent } from "react";
import { showDuration } from "#client/canvas/duration.ts";
import type { ExecutionEvent } from "#src/schemas/executionEvent.ts";
import { Button } from "../ui/Button.tsx";
import { IconButton } from "../ui/IconButton.tsx";
import { eventWords } from "./eventWords.ts";
import type { Scrub } from "./useScrubber.ts";

export interface ScrubberProps {
  readonly scrub: Scrub;
  /** Name of a step's node. */
  readonly nameOf: (stepKey: string) => string;
}

const slider =
  "h-1.5 min-w-24 flex-1 cursor-pointer appearance-none rounded-full [&::-moz-range-thumb]:size-3.5 " +
  "[&::-moz-range-thumb]:border-0 [&::-moz-range-thumb]:bg-accent [&::-webkit-slider-thumb]:size-3.5 " +
  "[&::-webkit-slider-thumb]:appearance-none [&::-webkit-slider-thumb]:rounded-full [&::-webkit-slider-thumb]:bg-accent";

/** Goes back and forth in what happened: a slider over the events, with their time and words. Everything above and below follows. */
export function Scrubber({ scrub, nameOf }: ScrubberProps) {
  const { count, length, event, playing, loading } = scrub;
  const onKeyDown = (pressed: KeyboardEvent) => {
    const keys: Readonly<Record<string, () => void>> = {
      ArrowRight: () => (pressed.shiftKey ? scrub.go(count + 1) : scrub.step(1)),
      ArrowLeft: () => (pressed.shiftKey ? scrub.go(count - 1) : scrub.step(-1)),
      Home: () => scrub.go(1),
      End: scrub.leave,
      " ": scrub.play,
      Escape: scrub.leave,
    };
    const act = keys[pressed.key];
    if (act === undefined || pressed.ctrlKey || pressed.metaKey || pressed.altKey) return;
    pressed.preventDefault();
    act();
  };
  const said = event === null ? `${length} events` : `${whenOf(event, scrub.from)} ${eventWords(event, nameOf)}`;
  const share = length > 1 ? ((count - 1) / (length - 1)) * 100 : 100;
  return (
    <section
      aria-label="History of the run"
      data-scrub={event === null ? "end" : count}
      className="flex shrink-0 flex-wrap items-center gap-x-3 border-b bg-surface px-2 py-1 sm:flex-nowrap"
    >
      <div className="flex shrink-0 items-center">
        <IconButton
          icon={SkipBack}
          size="sm"
          label="Event before"
          disabled={count <= 1}
          onClick={() => scrub.step(-1)}
        />
        <IconButton
          icon={playing ? Pause : Play}
          size="sm"
          label={playing ? "Pause" : "Play the run"}
          onClick={scrub.play}
        />
        <IconButton
          icon={SkipForward}
          size="sm"
          label="Next event"
          disabled={event === null}
          onClick={() => scrub.step(1)}
        />
      </div>
      <input
        type="range"
        aria-label="Event of the run"
        aria-valuetext={`Event ${count} of ${length}: ${said}`}
        aria-busy={loading || undefined}
        min={1}
        max={length}
        value={count}
        onChange={(change) => scrub.go(Number(change.target.value))}
        onKeyDown={onKeyDown}
        className={slider}
        style={{ background: `linear-gradient(var(--accent) 0 0) 0 / ${share}% no-repeat var(--line-strong)` }}
      />
      <span className="tabular hidden shrink-0 text-2xs text-faint sm:inline">{`${count} / ${length}`}</span>
      <span
        role="status"
        className="order-last w-full min-w-0 truncate px-1.5 text-muted text-xs sm:order-none sm:w-72 sm:shrink-0"
      >
        {event === null && <History aria-hidden size={12} className="mr-1.5 inline text-faint" />}
        {said}
      </span>
      {event !== null && (
        <Button size="sm" variant="ghost" icon={X} onClick={scrub.leave}>
          Back to the end
        </Button>
      )}
    </section>
  );
}

const whenOf = (event: ExecutionEvent, from: number): string => `+${showDuration(Math.max(0, event.at - from))}`;
