// What the READMEs point at is there.
import { expect, test } from "bun:test";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { root } from "./support/architecture/sources.ts";

function* pages(folder: string): Generator<string> {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (["node_modules", "dist", ".git", ".agentflow"].includes(entry.name)) continue;
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* pages(path);
    else if (entry.name.endsWith(".md")) yield path;
  }
}

test("every link and picture of every page leads to a file of the repository", () => {
  const dead = [...pages(root)].flatMap((page) =>
    [...readFileSync(page, "utf8").matchAll(/\]\((?!https?:|#)([^)\s#]+)/g)]
      .map(([, target = ""]) => target)
      .filter((target) => !existsSync(join(dirname(page), target)))
      .map((target) => `${relative(root, page)} -> ${target}`),
  );
  expect(dead).toEqual([]);
});

test("every npm script that the README names exists", () => {
  const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
    scripts: Record<string, string>;
  };
  const named = [...readFileSync(join(root, "README.md"), "utf8").matchAll(/npm (?:run )?([a-z:]+)/g)].map(
    ([, name = ""]) => name,
  );
  const builtIn = ["install", "ci", "i"];
  expect(named.filter((name) => !(name in scripts) && !builtIn.includes(name))).toEqual([]);
});
