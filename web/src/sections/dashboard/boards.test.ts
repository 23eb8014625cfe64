import { expect, test } from "vitest";
import type { FullAnswer } from "../../api/answer";
import { idFor } from "../../api/documents";
import { boardOf, moved, NOW, option, resized, rows, TILES, type Tile, tileTitle, withOption } from "./boards";
import { busiest } from "./Lists";
import { countryRows, homesIn, reachOf } from "./reach";
import { trafficSeries } from "./Traffic";

const top: Tile = { kind: "top", width: 3 };

test("options hold only what differs from the usual", () => {
  expect(option(top, "by")).toBe("customer");
  const by = withOption(top, "by", "as_out");
  expect(by.options).toEqual({ by: "as_out" });
  expect(tileTitle(by)).toBe("To networks (AS)");
  expect(withOption(by, "by", "customer")).toEqual(top);
  expect(rows(withOption(top, "top", "12"))).toBe(12);
  expect(rows(withOption(top, "top", "9999"))).toBe(30);
  expect(rows(withOption(top, "top", "x"))).toBe(7);
});

test("tiles move and change their width within bounds", () => {
  const tiles: Tile[] = ["a", "b", "c"].map((kind) => ({ kind, width: 6 }));
  expect(moved(tiles, 2, 0).map((tile) => tile.kind)).toEqual(["c", "a", "b"]);
  expect(moved(tiles, 0, 99).map((tile) => tile.kind)).toEqual(["b", "c", "a"]);
  expect(moved(tiles, 0, -1).map((tile) => tile.kind)).toEqual(["a", "b", "c"]);
  expect(resized({ kind: "a", width: 12 }, 1).width).toBe(12);
  expect(resized({ kind: "a", width: 6 }, -1).width).toBe(4);
  expect(resized({ kind: "a", width: 3 }, -1).width).toBe(3);
});

test("what the server sends is taken as far as it is understood", () => {
  const board = boardOf({
    id: "wall",
    name: "Wall",
    tiles: [{ kind: "top", width: 99 }, null, { width: 3 }, { kind: "from-the-future", width: 4 }] as unknown as Tile[],
  });
  expect(board.tiles).toEqual([
    { kind: "top", width: 12 },
    { kind: "from-the-future", width: 4 },
  ]);
  expect(board.revision).toBe(0);
  expect(tileTitle({ kind: "from-the-future", width: 4 })).toContain("from-the-future");
});

test("the board that Weir brings has known tiles only", () => {
  const kinds = TILES.map((spec) => spec.kind);
  for (const tile of NOW.tiles) expect(kinds).toContain(tile.kind);
});

test("places in the address come from names, and never twice", () => {
  expect(idFor("NOC wall, KL", [])).toBe("noc-wall-kl");
  expect(idFor("Trunk / Überblick", [])).toBe("trunk-u-berblick");
  expect(idFor("漢字", [])).toBe("dashboard");
  expect(idFor("a", ["a", "a-2"])).toBe("a-3");
  expect(idFor("x".repeat(200), []).length).toBeLessThanOrEqual(64);
});

const answer = (rows: Record<string, unknown>[], more: Partial<FullAnswer> = {}): FullAnswer =>
  ({
    from: 0,
    to: 1000,
    by: [],
    rows,
    other: null,
    total: { bytes: rows.reduce((sum, row) => sum + Number(row.bytes), 0), packets: 0, flows: 0 },
    as_names: { "9534": { name: "MAXIS", country: "MY" }, "4134": { name: "CHINANET", country: "CN" } },
    ...more,
  }) as FullAnswer;

test("domestic is the region's country, or those that are named; what nobody knows is unknown", () => {
  const rows = [
    { src_region: "MY", dst_country: null, dst_as: 9534, bytes: 10 },
    { src_region: "MY", dst_country: "CN", dst_as: 9534, bytes: 20 },
    { src_region: "MY", dst_country: null, dst_as: 64512, bytes: 1 },
    { src_region: null, dst_country: "CN", dst_as: 4134, bytes: 2 },
  ];
  expect(reachOf(answer(rows), "out", [])).toEqual({ domestic: 10, international: 20, unknown: 3 });
  expect(reachOf(answer(rows), "out", ["CN"])).toEqual({ domestic: 22, international: 10, unknown: 1 });
  expect(homesIn("my, SG x1")).toEqual(["MY", "SG"]);
});

test("countries take in the AS whose addresses have none, and so does their filter", () => {
  const rows = countryRows(
    answer([
      { dst_country: null, dst_as: 4134, bytes: 30 },
      { dst_country: "CN", dst_as: 4837, bytes: 10 },
      { dst_country: null, dst_as: 1, bytes: 60 },
    ]),
    "dst",
    5,
  );
  expect(rows.map((row) => [row.more ?? row.name, row.share])).toEqual([
    ["unknown", 0.6],
    ["CN", 0.4],
  ]);
  expect(rows[1]?.filter).toContain("dst_as in [4134 4837]");
  expect(rows[0]?.filter).toBeNull();
});

test("the busiest interfaces by share of speed, then by rate", () => {
  const one = (index: number, speed: number | null, rate: number) =>
    ({ exporter: "r", index, speed_bps: speed, in_bits_per_s: rate, out_bits_per_s: 0 }) as Parameters<
      typeof busiest
    >[0][number];
  expect(busiest([one(1, null, 9), one(2, 100, 50), one(3, 1000, 100), one(4, 100, 0)], 3).map((i) => i.index)).toEqual(
    [2, 3, 1],
  );
});

test("traffic against the day before: a step that has only begun is left out", () => {
  const steps = (bytes: number[]) => bytes.map((one, i) => ({ time: i * 1000, bytes: one, packets: 0, flows: 0 }));
  const shaped = trafficSeries(
    answer(
      [
        {
          direction: "out",
          bytes: 6,
          series: steps([125, 250, 375, 5]),
          previous: { bytes: 1, packets: 0, flows: 0, series: steps([125, 125, 125, 125]) },
        },
      ],
      { to: 3100, total: { bytes: 1, packets: 0, flows: 0, series: steps([125, 250, 375, 5]) } },
    ),
    { in: "a", out: "b", before: "c", unknown: "d" },
  );
  expect(shaped.times).toEqual([0, 1000, 2000]);
  expect(shaped.figures).toEqual([{ name: "out", now: 3000, before: 1000 }]);
  expect(shaped.series.map((one) => [one.name, one.dashed ?? false, one.below])).toEqual([
    ["out", false, true],
    ["out, before", true, true],
  ]);
});
