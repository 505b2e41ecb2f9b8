/** A stretch of lines, from 1, both ends included. */
export interface LineSpan {
  readonly first: number;
  readonly last: number;
}

export interface LineCounts {
  readonly lines: number;
  readonly codeLines: number;
  readonly commentLines: number;
  readonly blankLines: number;
}

/** Each line counts once: as code if any token is on it, else as comment if any comment is, else as blank. */
export function countLines(code: string, tokens: readonly LineSpan[], comments: readonly LineSpan[]): LineCounts {
  const lines = splitLines(code).length;
  const withCode = linesOf(tokens, lines);
  const withComment = linesOf(comments, lines);
  const commentLines = [...withComment].filter((line) => !withCode.has(line)).length;
  return { lines, codeLines: withCode.size, commentLines, blankLines: lines - withCode.size - commentLines };
}

/** For text that no parser could read: a line that begins like a comment is one. */
export function countLinesRoughly(code: string, comment: RegExp): LineCounts {
  const lines = splitLines(code);
  const blankLines = lines.filter((line) => line.trim() === "").length;
  const commentLines = lines.filter((line) => comment.test(line)).length;
  return { lines: lines.length, codeLines: lines.length - blankLines - commentLines, commentLines, blankLines };
}

/** A line end at the end of the text begins no line of its own. */
function splitLines(code: string): string[] {
  const lines = code.split(/\r\n|\r|\n/);
  if (lines.at(-1) === "") lines.pop();
  return lines;
}

function linesOf(spans: readonly LineSpan[], lines: number): Set<number> {
  const found = new Set<number>();
  for (const { first, last } of spans) for (let line = first; line <= Math.min(last, lines); line++) found.add(line);
  return found;
}
