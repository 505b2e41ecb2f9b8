import * as Y from "yjs";

export function newText(content: string): Y.Text {
  const text = new Y.Text();
  if (content !== "") text.insert(0, content);
  return text;
}

/** Makes `text` read `next` by touching only the lines that differ, so that others' cursors and letters elsewhere stay. */
export function writeText(text: Y.Text, next: string): void {
  const now = text.toString();
  if (now === next) return;
  const before = now.split(/(?<=\n)/);
  const after = next.split(/(?<=\n)/);
  // With as many lines as before, each line is mended for itself; otherwise what lies between the common ends is one change.
  if (before.length !== after.length) {
    writeRange(text, 0, { now, next });
    return;
  }
  let offset = 0;
  for (const [at, line] of before.entries()) {
    const wanted = after[at] ?? "";
    writeRange(text, offset, { now: line, next: wanted });
    offset += wanted.length;
  }
}

function writeRange(text: Y.Text, offset: number, { now, next }: { now: string; next: string }): void {
  if (now === next) return;
  const shorter = Math.min(now.length, next.length);
  let start = 0;
  while (start < shorter && now.charCodeAt(start) === next.charCodeAt(start)) start += 1;
  let end = 0;
  while (end < shorter - start && now.charCodeAt(now.length - 1 - end) === next.charCodeAt(next.length - 1 - end))
    end += 1;
  // Half of a surrogate pair must not be cut off: Yjs would replace it by U+FFFD.
  if (start > 0 && isHighSurrogate(now.charCodeAt(start - 1))) start -= 1;
  if (end > 0 && isLowSurrogate(now.charCodeAt(now.length - end))) end -= 1;
  const removed = now.length - start - end;
  if (removed > 0) text.delete(offset + start, removed);
  const inserted = next.slice(start, next.length - end);
  if (inserted !== "") text.insert(offset + start, inserted);
}

const isHighSurrogate = (code: number): boolean => code >= 0xd800 && code <= 0xdbff;
const isLowSurrogate = (code: number): boolean => code >= 0xdc00 && code <= 0xdfff;
