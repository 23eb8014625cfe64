import { expect, test } from "vitest";
import { areaPath, linePath, ticks, timeTicks } from "./scale";

test("ticks are round and reach over the top", () => {
  expect(ticks(87, 4)).toEqual([0, 50, 100]);
  expect(ticks(6.8e9, 4)).toEqual([0, 2e9, 4e9, 6e9, 8e9]);
  expect(ticks(4, 4)).toEqual([0, 1, 2, 3, 4]);
  expect(ticks(0.3, 4)).toEqual([0, 0.1, 0.2, 0.3]);
});

test("a graph of nothing still has an axis", () => {
  expect(ticks(0, 4)).toEqual([0, 1]);
  expect(ticks(Number.NaN, 4)).toEqual([0, 1]);
});

test("time ticks lie on round minutes within the range", () => {
  const from = Date.UTC(2026, 10, 23, 12, 3, 20);
  const found = timeTicks(from, from + 600_000, 6);
  expect(found.length).toBeGreaterThanOrEqual(4);
  expect(found.length).toBeLessThanOrEqual(7);
  for (const time of found) {
    expect(time % 60_000).toBe(0);
    expect(time).toBeGreaterThanOrEqual(from);
    expect(time).toBeLessThanOrEqual(from + 600_000);
  }
});

test("paths", () => {
  expect(linePath([])).toBe("");
  expect(areaPath([], 10)).toBe("");
  expect(
    areaPath(
      [
        { x: 0, y: 1 },
        { x: 2, y: 3 },
      ],
      10,
    ),
  ).toBe("M0.00 1.00L2.00 3.00L2.00 10L0.00 10Z");
});
