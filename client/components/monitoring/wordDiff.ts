/** A piece of text that both have, or only one of them. */
export interface Piece {
  readonly kind: "same" | "before" | "after";
  readonly text: string;
}

/** Words on each side beyond which the texts are shown whole: the comparison costs their product. */
const mostWords = 1_500;

/** What turns one text into the other, word by word: the longest common sequence stays. Null when the texts are too long for that. */
export function wordDiff(before: string, after: string): readonly Piece[] | null {
  const [mine, theirs] = [wordsOf(before), wordsOf(after)];
  let head = 0;
  while (head < mine.length && head < theirs.length && mine[head] === theirs[head]) head += 1;
  let tail = 0;
  while (
    tail < mine.length - head &&
    tail < theirs.length - head &&
    mine[mine.length - 1 - tail] === theirs[theirs.length - 1 - tail]
  )
    tail += 1;
  const [left, right] = [mine.slice(head, mine.length - tail), theirs.slice(head, theirs.length - tail)];
  if (left.length > mostWords || right.length > mostWords) return null;
  const pieces: Piece[] = [];
  add(pieces, "same", mine.slice(0, head).join(""));
  walk(left, right, pieces);
  add(pieces, "same", mine.slice(mine.length - tail).join(""));
  return pieces;
}

const wordsOf = (text: string): string[] => text.match(/\s+|[\p{L}\p{N}_]+|[^\s\p{L}\p{N}_]/gu) ?? [];

function add(pieces: Piece[], kind: Piece["kind"], text: string): void {
  if (text === "") return;
  const last = pieces.at(-1);
  if (last?.kind === kind) pieces[pieces.length - 1] = { kind, text: last.text + text };
  else pieces.push({ kind, text });
}

function walk(left: readonly string[], right: readonly string[], pieces: Piece[]): void {
  const width = right.length + 1;
  // Length of the longest common sequence of what is left from each pair of places on.
  const common = new Uint16Array((left.length + 1) * width);
  const at = (row: number, column: number) => common[row * width + column] ?? 0;
  for (let row = left.length - 1; row >= 0; row -= 1) {
    for (let column = right.length - 1; column >= 0; column -= 1) {
      common[row * width + column] =
        left[row] === right[column] ? at(row + 1, column + 1) + 1 : Math.max(at(row + 1, column), at(row, column + 1));
    }
  }
  let [row, column] = [0, 0];
  while (row < left.length || column < right.length) {
    if (row < left.length && column < right.length && left[row] === right[column]) {
      add(pieces, "same", left[row] ?? "");
      row += 1;
      column += 1;
    } else if (row < left.length && (column === right.length || at(row + 1, column) >= at(row, column + 1))) {
      add(pieces, "before", left[row] ?? "");
      row += 1;
    } else {
      add(pieces, "after", right[column] ?? "");
      column += 1;
    }
  }
}
