import { readFileSync, writeFileSync } from "node:fs";

const page = new URL("../README.md", import.meta.url);

const beginOf = (mark: string) => `<!-- ${mark}: written by \`npm run bench\` -->`;
const endOf = (mark: string) => `<!-- end of ${mark} -->`;

function split(mark: string): readonly [before: string, section: string, after: string] {
  const text = readFileSync(page, "utf8");
  const begin = text.indexOf(beginOf(mark));
  const end = text.indexOf(endOf(mark));
  if (begin < 0 || end < begin) throw new Error(`bench/README.md has no section “${mark}”.`);
  return [text.slice(0, begin), text.slice(begin + beginOf(mark).length, end), text.slice(end)];
}

/** What stands between the marks of a section of bench/README.md. */
export const readSection = (mark: string): string => split(mark)[1];

/** Replaces it; everything else on the page stays. */
export function writeSection(mark: string, content: string): void {
  const [before, , after] = split(mark);
  writeFileSync(page, `${before}${beginOf(mark)}\n\n${content}\n\n${after}`);
}
