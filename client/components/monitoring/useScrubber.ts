import { useQuery } from "@tanstack/react-query";
import { useEffect, useMemo, useState } from "react";
import { pausedSteps } from "#client/hooks/pausedSteps.ts";
import { trpc } from "#client/trpc.ts";
import type { ExecutionState } from "#src/engine/state.ts";
import type { ExecutionEvent } from "#src/schemas/executionEvent.ts";
import { nextMark, type Playback, playbackOf } from "./playback.ts";

export interface Scrub {
  /** The state that is looked at; null while that is the end, or the history is on its way. */
  readonly state: ExecutionState | null;
  /** The last event in it; null at the end. */
  readonly event: ExecutionEvent | null;
  /** Which event it is, from 1. */
  readonly count: number;
  readonly length: number;
  /** When the run began, epoch milliseconds. */
  readonly from: number;
  readonly playing: boolean;
  readonly loading: boolean;
  readonly go: (count: number) => void;
  /** To the next or the one before, past streamed text. */
  readonly step: (direction: 1 | -1) => void;
  /** Plays from here, or pauses. */
  readonly play: () => void;
  /** Back to how things are now. */
  readonly leave: () => void;
}

const pageSize = 1_000;
/** A run of any length plays in between these, in milliseconds. */
const [shortest, longest] = [4_000, 12_000];

/** The history up to `lastSeq`, asked for when it is first wanted. */
function usePlayback(id: string, lastSeq: number, wanted: boolean): Playback | null {
  const { client } = trpc.useUtils();
  const history = useQuery({
    queryKey: ["playback", id, lastSeq],
    enabled: wanted,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 60_000,
    queryFn: async ({ signal }) => {
      const events: ExecutionEvent[] = [];
      while (events.length < lastSeq) {
        const request = { id, afterSeq: events.length, limit: Math.min(pageSize, lastSeq - events.length) };
        const { items } = await client.executions.events.query(request, { signal });
        if (items.length === 0) break;
        events.push(...items);
      }
      return playbackOf(events);
    },
  });
  return history.data ?? null;
}

/** Where in the history of an execution somebody looks. Of one that goes on, the history is what it was when they began to. */
export function useScrubber(id: string, now: ExecutionState): Scrub {
  const [place, setPlace] = useState<number | null>(null);
  const [frozen, setFrozen] = useState<number | null>(null);
  const [playing, setPlaying] = useState(false);
  const length = Math.max(1, frozen ?? now.lastSeq);
  const playback = usePlayback(id, length, place !== null || playing);
  const count = Math.min(place ?? length, length);

  const leave = () => {
    setPlaying(false);
    setPlace(null);
    setFrozen(null);
  };
  const look = (to: number) => {
    setFrozen(length);
    setPlace(Math.max(1, Math.min(length, to)));
  };
  usePlaying(playing ? playback : null, count, { onPlace: setPlace, onEnd: leave });

  const state = useMemo(
    () =>
      place === null || playback === null ? null : pausedSteps(playback.at(Math.min(count, playback.events.length))),
    [place, playback, count],
  );
  return {
    state,
    event: place === null ? null : (playback?.events[count - 1] ?? null),
    count,
    length,
    from: now.createdAt ?? 0,
    playing,
    loading: place !== null && playback === null,
    go(to) {
      setPlaying(false);
      look(to);
    },
    step(direction) {
      setPlaying(false);
      look(playback === null ? count + direction : nextMark(playback.events, count, direction));
    },
    play() {
      if (!playing) look(place === null || count >= length ? 1 : count);
      setPlaying(!playing);
    },
    leave,
  };
}

interface PlayingOptions {
  readonly onPlace: (count: number) => void;
  readonly onEnd: () => void;
}

/** Goes on by itself, at the run's own pace made shorter or longer. Null: stands still. */
function usePlaying(playback: Playback | null, count: number, { onPlace, onEnd }: PlayingOptions): void {
  const [begin, setBegin] = useState<number | null>(null);
  if (playback === null && begin !== null) setBegin(null);
  if (playback !== null && begin === null) setBegin(count);
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is called at the end is another function each time, and the same
  useEffect(() => {
    if (playback === null || begin === null) return;
    const { events } = playback;
    const [first, last] = [events[0]?.at ?? 0, events.at(-1)?.at ?? 0];
    const whole = Math.max(1, last - first);
    const speed = whole / Math.min(longest, Math.max(shortest, whole));
    // Events of one moment (what was taken over) still pass one by one: each has a share of the time besides its own.
    const share = shortest / events.length;
    const dueAt = (at: number) => ((events[at - 1]?.at ?? last) - first) / speed + at * share * 0.25;
    const offset = dueAt(begin);
    const started = performance.now();
    let at = begin;
    let frame = requestAnimationFrame(function next() {
      const passed = performance.now() - started + offset;
      while (at < events.length && dueAt(at + 1) <= passed) at += 1;
      onPlace(at);
      if (at >= events.length) onEnd();
      else frame = requestAnimationFrame(next);
    });
    return () => cancelAnimationFrame(frame);
  }, [playback, begin]);
}
