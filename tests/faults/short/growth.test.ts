import { expect, test } from "bun:test";
import { growthPerHour, levelOf, type Point } from "../rig/growth.ts";
import { seeded } from "../rig/random.ts";

const minute = 60_000;
const series = (valueAt: (minutes: number) => number): Point[] =>
  Array.from({ length: 200 }, (_, at) => [(at * minute) / 5, valueAt(at / 5)] as const);

test("a series that grows by a hundredth in an hour is found among noise and peaks", () => {
  const random = seeded(1);
  const leaking = series((minutes) => 100 + minutes / 60 + random.next() + (random.chance(0.1) ? 50 : 0));
  expect(growthPerHour(leaking)).toBeGreaterThan(0.005);
  expect(growthPerHour(leaking)).toBeLessThan(0.015);
});

test("noise, peaks and a saw's teeth without growth are flat", () => {
  const random = seeded(2);
  const flat = series((minutes) => 100 + (minutes % 4) + random.next() + (random.chance(0.1) ? 50 : 0));
  expect(Math.abs(growthPerHour(flat))).toBeLessThan(0.005);
  expect(levelOf(flat)).toBeGreaterThan(100);
  expect(levelOf(flat)).toBeLessThan(105);
});
