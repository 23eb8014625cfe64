import { expect, test } from "vitest";
import { directionSeries, type QueryAnswer } from "./query";

const series = (bytes: number[]) => bytes.map((one, i) => ({ time: i * 300_000, bytes: one, packets: 0, flows: 0 }));
const row = (direction: string | null, bytes: number[]) => ({
  direction,
  bytes: 0,
  packets: 0,
  flows: 0,
  series: series(bytes),
});
const answer = (rows: QueryAnswer["rows"]): QueryAnswer => ({
  rows,
  total: { bytes: 0, packets: 0, flows: 0, series: series([1, 1, 1]) },
});

test("octets of a step become bits a second, and the step that has only begun is left out", () => {
  const { times, series: shown } = directionSeries(
    answer([row("out", [37_500, 75_000, 1]), row("in", [0, 37_500, 1])]),
    300_000,
  );
  expect(times).toEqual([0, 300_000]);
  expect(shown).toEqual([
    { name: "in", colour: "brand", values: [0, 1000] },
    { name: "out", colour: "second", values: [1000, 2000] },
  ]);
});

test("an unknown direction is shown as such, and as all where it is all", () => {
  expect(
    directionSeries(answer([row(null, [1, 1, 1]), row("in", [1, 1, 1])]), 300_000).series.map((one) => one.name),
  ).toEqual(["in", "unknown direction"]);
  expect(directionSeries(answer([row("", [1, 1, 1])]), 300_000).series.map((one) => one.name)).toEqual(["all"]);
});

test("nothing stored is nothing shown", () => {
  expect(directionSeries({ rows: [], total: { bytes: 0, packets: 0, flows: 0 } }, 300_000)).toEqual({
    times: [],
    series: [],
  });
});
