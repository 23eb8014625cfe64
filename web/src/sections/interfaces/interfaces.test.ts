import { expect, test } from "vitest";
import type { FullAnswer } from "../../api/answer";
import {
  compared,
  conditionOf,
  countersAt,
  difference,
  differenceText,
  grouped,
  type Interface,
  sideOf,
  sparks,
  speedText,
  utilisation,
} from "./interfaces";

const one = (more: Partial<Interface>): Interface => ({
  exporter: "192.0.2.1",
  exporter_name: "edge-1",
  index: 7,
  name: "xe-0/1/7",
  description: null,
  class: "transit",
  speed_bps: 10e9,
  in_bits_per_s: 2e9,
  out_bits_per_s: 5e9,
  counters: null,
  ...more,
});

test("use is the busier direction of the speed, and unknown without one", () => {
  expect(utilisation(one({}))).toBe(0.5);
  expect(utilisation(one({ speed_bps: null }))).toBeNull();
  expect(speedText(10e9)).toBe("10 Gbit/s");
  expect(speedText(1_544_000)).toBe("1.54 Mbit/s");
  expect(speedText(null)).toBe("unknown");
});

test("flows beside counters, in percent of the counters", () => {
  expect(difference(98, 100)).toBeCloseTo(0.02);
  expect(differenceText(0.021)).toBe("flows 2.1 % below");
  expect(differenceText(-0.12)).toBe("flows 12 % above");
  expect(differenceText(0)).toBe("equal");
  expect(difference(5, 0)).toBeNull();
  expect(differenceText(null)).toBe("–");
});

test("only steps that both know are compared", () => {
  const counters = countersAt(
    { from: 0, to: 3000, resolution_ms: 1000, steps: [{ time: 1000, in_bits_per_s: 100, out_bits_per_s: null }] },
    [0, 1000, 2000],
    "in",
  );
  expect(counters).toEqual([null, 100, null]);
  expect(compared([1, 90, 7], counters)).toEqual({ flows: 90, counters: 100, difference: 0.1 });
  expect(compared([1], [null])).toBeNull();
});

const steps = (bytes: number[]) => bytes.map((value, i) => ({ time: i * 1000, bytes: value, packets: 0, flows: 0 }));
const answer = (bytes: number[], to: number, rows: Record<string, unknown>[] = []): FullAnswer =>
  ({
    from: 0,
    to,
    by: [],
    rows,
    other: null,
    total: { bytes: 0, packets: 0, flows: 0, series: steps(bytes) },
  }) as unknown as FullAnswer;

test("max, average, current and 95 % of whole steps", () => {
  const side = sideOf(answer([125, 250, 375, 1], 3001));
  expect(side.values).toEqual([1000, 2000, 3000]);
  expect([side.max, side.avg, side.current, side.p95]).toEqual([3000, 2000, 3000, 3000]);
  expect(sideOf(undefined).times).toEqual([]);
});

test("before the oldest flow that is kept nothing is known", () => {
  const side = sideOf(answer([0, 0, 125, 375], 4000), 1950);
  expect(side.values).toEqual([null, null, 1000, 3000]);
  expect([side.max, side.avg, side.p95]).toEqual([3000, 2000, 3000]);
  // A quarter of the second step is known: its bytes came in that quarter.
  expect(sideOf(answer([0, 50, 125], 3000), 1750).values).toEqual([null, 1600, 1000]);
});

test("the top 5 % of the samples are thrown away", () => {
  const side = sideOf(answer([...Array(19).fill(125), 12_500], 20_000));
  expect(side.p95).toBe(1000);
  expect(side.max).toBe(100_000);
});

test("one line for each interface", () => {
  const lines = sparks(
    answer([125, 125], 2000, [
      { exporter: "192.0.2.1", in_if: 7, series: steps([125, 250]) },
      { exporter: null, in_if: 7, series: steps([1, 1]) },
    ]),
    "in",
  );
  expect([...lines]).toEqual([["192.0.2.1 7", [1000, 2000]]]);
});

test("search and class narrow the list, by router", () => {
  const all = [one({}), one({ index: 8, name: "ge-1", class: null, exporter: "192.0.2.2", exporter_name: "aaa" })];
  expect(grouped(all, "", []).map((group) => group.name)).toEqual(["aaa", "edge-1"]);
  expect(grouped(all, "XE-0", []).map((group) => group.name)).toEqual(["edge-1"]);
  expect(grouped(all, "", ["none"]).map((group) => group.name)).toEqual(["aaa"]);
  expect(grouped(all, "nothing", [])).toEqual([]);
});

test("the filter of what passes an interface", () => {
  expect(conditionOf({ exporter: "2001:db8::1", index: 7 }, "out")).toBe("router ip 2001:db8::1 and out if 7");
});
