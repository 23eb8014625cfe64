import { expect, test } from "vitest";
import { valueScale, zoneTicks } from "./axis";
import { type ChartSeries, extent, indexAt, readings, seriesAt } from "./series";

const series: ChartSeries[] = [
  { key: "a", name: "A", colour: "#000", values: [1, 2, 3] },
  { key: "b", name: "B", colour: "#000", values: [10, null, 30] },
  { key: "c", name: "C", colour: "#000", values: [5, 5, 5], below: true },
  { key: "p", name: "before", colour: "#000", values: [50, 0, 0], dashed: true },
];

test("a stack is as high as its sum, lines as the highest, the other direction goes down", () => {
  expect(extent(series, "stack")).toEqual({ low: -5, high: 50 });
  expect(extent(series.slice(0, 3), "stack")).toEqual({ low: -5, high: 33 });
  expect(extent(series.slice(0, 3), "lines")).toEqual({ low: -5, high: 30 });
  expect(extent([], "stack")).toEqual({ low: 0, high: 0 });
});

test("the layer under the pointer", () => {
  expect(seriesAt(series, "stack", 0, 0.5)?.key).toBe("a");
  expect(seriesAt(series, "stack", 0, 8)?.key).toBe("b");
  expect(seriesAt(series, "stack", 0, 12)).toBeNull();
  expect(seriesAt(series, "stack", 0, -2)?.key).toBe("c");
  expect(seriesAt(series.slice(0, 2), "lines", 2, 25)?.key).toBe("b");
  expect(seriesAt(series.slice(0, 2), "lines", 1, 25)?.key).toBe("a");
});

test("the legend shows the largest and the one under the pointer", () => {
  const { shown, left } = readings(series, 2, "a", 2);
  expect(shown.map((one) => one.name)).toEqual(["B", "A"]);
  expect(left).toBe(2);
});

test("the nearest time", () => {
  expect(indexAt([0, 10, 20], 14)).toBe(1);
  expect(indexAt([0, 10, 20], 16)).toBe(2);
  expect(indexAt([0, 10, 20], 99)).toBe(2);
  expect(indexAt([], 5)).toBeNull();
});

test("value axes have round steps and hold the values", () => {
  expect(valueScale(0, 97, 5)).toEqual({ min: 0, max: 100, step: 20 });
  expect(valueScale(-5, 33, 5)).toEqual({ min: -10, max: 40, step: 10 });
  expect(valueScale(0, 0, 5)).toEqual({ min: 0, max: 1, step: 1 });
});

test("time axes have round times of the zone", () => {
  const from = Date.UTC(2026, 10, 23, 12, 7);
  const { times, step } = zoneTicks(from, from + 3_600_000, 6, "UTC");
  expect(step).toBe(600_000);
  expect(times[0]).toBe(Date.UTC(2026, 10, 23, 12, 10));
  const days = zoneTicks(from, from + 7 * 86_400_000, 8, "Asia/Kolkata").times;
  expect(days[0]).toBe(Date.UTC(2026, 10, 23, 18, 30));
});

test("days stay at midnight across a change of the clock", () => {
  const from = Date.UTC(2026, 9, 23);
  const { times } = zoneTicks(from, from + 5 * 86_400_000, 8, "Europe/Berlin");
  expect(times.map((time) => new Date(time).getUTCHours())).toEqual([22, 22, 23, 23, 23].slice(0, times.length));
});
