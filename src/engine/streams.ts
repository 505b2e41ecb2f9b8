import type { LiveText } from "./ports.ts";
import { maxOutputSize, storableText } from "./values.ts";

/** Most text, in UTF-16 units, and longest time that streamed text waits for its chunk to be stored. */
export const chunkSize = 2_000;
export const chunkDelayMs = 250;
/** An agent may say megabytes at once; nobody is sent, and no event holds, more than this of it. */
export const longestPiece = 16_000;

export type Channel = LiveText["channel"];
export interface Chunk {
  readonly channel: Channel;
  readonly offset: number;
  readonly text: string;
}

export interface StreamSink {
  /** At once, to whoever watches. */
  readonly live: (chunk: Chunk) => void;
  /** To be stored. */
  readonly store: (chunk: Chunk) => void;
  /** Calls back once after `chunkDelayMs`. */
  readonly later: (flush: () => void) => void;
  /** The attempt has streamed more than may be stored. */
  readonly overflow: () => void;
}

export interface Streams {
  readonly push: (channel: Channel, text: string) => void;
  /** Stores what waits, and takes nothing more. */
  readonly close: () => void;
}

interface Buffer {
  /** Length of all text before `waiting`. */
  stored: number;
  waiting: string;
  /** First half of a character whose second half is still to come. */
  half: string;
}

/** Text that one attempt streams: goes out piece by piece, is stored in chunks. */
export function newStreams(sink: StreamSink): Streams {
  const buffers: Record<Channel, Buffer> = { text: newBuffer(), log: newBuffer() };
  let closed = false;
  let isFlushComing = false;
  let total = 0;

  function flush(channel: Channel): void {
    const buffer = buffers[channel];
    if (buffer.waiting === "") return;
    sink.store({ channel, offset: buffer.stored, text: buffer.waiting });
    buffer.stored += buffer.waiting.length;
    buffer.waiting = "";
  }
  function flushAll(): void {
    isFlushComing = false;
    if (closed) return;
    flush("text");
    flush("log");
  }
  function add(channel: Channel, text: string): void {
    for (let from = 0; from < text.length; ) {
      const to = pieceEnd(text, from);
      addPiece(channel, text.slice(from, to));
      from = to;
    }
  }
  function addPiece(channel: Channel, text: string): void {
    const buffer = buffers[channel];
    sink.live({ channel, offset: buffer.stored + buffer.waiting.length, text });
    buffer.waiting += text;
    if (buffer.waiting.length >= chunkSize) flush(channel);
    else if (!isFlushComing) {
      isFlushComing = true;
      sink.later(flushAll);
    }
  }

  return {
    push(channel, text) {
      if (closed) return;
      total += text.length;
      if (total > maxOutputSize) {
        sink.overflow();
        return;
      }
      const buffer = buffers[channel];
      const whole = buffer.half + text;
      const last = whole.charCodeAt(whole.length - 1);
      buffer.half = last >= 0xd800 && last <= 0xdbff ? whole.slice(-1) : "";
      add(channel, storableText(buffer.half === "" ? whole : whole.slice(0, -1)));
    },
    close() {
      if (closed) return;
      for (const channel of ["text", "log"] as const) {
        if (buffers[channel].half !== "") add(channel, "\ufffd");
      }
      flushAll();
      closed = true;
    },
  };
}

/** Not between the halves of a character. */
function pieceEnd(text: string, from: number): number {
  const end = from + longestPiece;
  if (end >= text.length) return text.length;
  const last = text.charCodeAt(end - 1);
  return last >= 0xd800 && last <= 0xdbff ? end - 1 : end;
}

const newBuffer = (): Buffer => ({ stored: 0, waiting: "", half: "" });
