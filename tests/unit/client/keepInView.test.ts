import { describe, expect, test } from "bun:test";
import { moveToKeep } from "#client/canvas/keepInView.ts";

const at = { x: 0, y: 0, zoom: 1 };
const margin = { left: 16, right: 16, top: 16, bottom: 16 };
const box = (left: number, top: number) => ({ left, right: left + 250, top, bottom: top + 90 });
const whole = { width: 1000, height: 800 };

describe("a canvas that changes its size", () => {
  test("moves just so far that what was in view still is", () => {
    const after = { width: 1000, height: 400 };
    expect(moveToKeep(box(100, 600), { before: whole, after, at, margin })).toEqual({ x: 0, y: -306 });
    expect(moveToKeep(box(100, 300), { before: whole, after, at, margin })).toEqual({ x: 0, y: -6 });
    expect(moveToKeep(box(100, 100), { before: whole, after, at, margin })).toBeNull();
    expect(moveToKeep(box(600, 100), { before: whole, after: { width: 700, height: 800 }, at, margin })).toEqual({
      x: -166,
      y: 0,
    });
  });

  test("shows the beginning of what does not fit any more", () => {
    const tall = { left: 0, right: 100, top: 100, bottom: 700 };
    expect(moveToKeep(tall, { before: whole, after: { width: 1000, height: 300 }, at, margin })).toEqual({
      x: 0,
      y: -84,
    });
  });

  test("lets alone what was out of view, and what was cut off where nothing has changed", () => {
    const after = { width: 1000, height: 400 };
    expect(moveToKeep(box(100, 2_000), { before: whole, after, at, margin })).toBeNull();
    expect(moveToKeep(box(-100, 600), { before: whole, after, at, margin })?.x).toBe(0);
  });

  test("counts in the zoom and the place of the canvas", () => {
    const after = { width: 1000, height: 400 };
    expect(moveToKeep(box(0, 600), { before: whole, after, at: { x: 10, y: 20, zoom: 0.5 }, margin })).toBeNull();
    expect(moveToKeep(box(0, 700), { before: whole, after, at: { x: 10, y: 20, zoom: 0.5 }, margin })).toEqual({
      x: 0,
      y: -31,
    });
  });
});
