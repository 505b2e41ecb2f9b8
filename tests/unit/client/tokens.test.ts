import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { personColor, personHues } from "#client/components/ui/Avatar.tsx";

const css = readFileSync(new URL("../../../client/styles/tokens.css", import.meta.url), "utf8");

function tokensOf(selector: string): Map<string, string> {
  const from = css.indexOf(`${selector} {`);
  const block = css.slice(from, css.indexOf("\n}", from));
  return new Map([...block.matchAll(/--([\w-]+): (#[0-9a-f]{6});/g)].map(([, name = "", color = ""]) => [name, color]));
}

/** WCAG 2.2, relative luminance. */
function luminance(color: string): number {
  const channel = (at: number) => {
    const value = Number.parseInt(color.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  };
  return 0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5);
}

function contrast(a: string, b: string): number {
  const [low = 0, high = 0] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (high + 0.05) / (low + 0.05);
}

const grounds = ["canvas", "surface", "raised", "sunken", "hover", "pressed"];
const signs = ["running", "success", "danger", "warning", "idle"];
const pairs: [text: string, ground: string][] = [
  ...["text", "muted", "faint"].flatMap((text) => grounds.map((ground): [string, string] => [text, ground])),
  ...signs.flatMap((sign) => ["canvas", "surface", "raised", `${sign}-soft`].map((on): [string, string] => [sign, on])),
  ...["canvas", "surface", "raised", "accent-soft"].map((ground): [string, string] => ["accent-text", ground]),
  ["on-accent", "accent"],
  ["on-accent", "accent-hover"],
  ["surface", "danger"],
  ["surface", "danger-hover"],
  ["on-inverse", "inverse"],
  ["muted", "idle-soft"],
  // Initials, the name at a cursor, the tag on a card somebody else holds.
  ...personHues.map((hue): [string, string] => ["surface", `cat-${hue}`]),
];

for (const [theme, selector] of [
  ["light", ":root"],
  ["dark", ':root[data-theme="dark"]'],
] as const) {
  describe(`the ${theme} theme`, () => {
    const tokens = tokensOf(selector);
    test.each(pairs)("%s is readable on %s (4.5:1)", (text, ground) => {
      expect(contrast(tokens.get(text) ?? "", tokens.get(ground) ?? "")).toBeGreaterThanOrEqual(4.5);
    });
  });
}
test("everybody has one of the colours that text is readable on", () => {
  const colors = personHues.map((hue) => `var(--cat-${hue})`);
  for (const name of ["", "Ada", "Grace Hopper", "李小龍", "a".repeat(200)])
    expect(colors).toContain(personColor(name));
});
test("both themes give a value to the same colours", () => {
  const [light, dark] = [tokensOf(":root"), tokensOf(':root[data-theme="dark"]')];
  expect([...light.keys()].sort()).toEqual([...dark.keys()].sort());
});
