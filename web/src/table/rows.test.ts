import { expect, test } from "vitest";
import { sorted, tabbed } from "./rows";

test("numbers sort by size, texts as people order them, unknown last", () => {
  const by = (values: (string | number | null)[], descending: boolean) => sorted(values, (value) => value, descending);
  expect(by([3, null, 20, 1], false)).toEqual([1, 3, 20, null]);
  expect(by([3, null, 20, 1], true)).toEqual([20, 3, 1, null]);
  expect(by(["eth10", "eth2", null, "Eth1"], false)).toEqual(["Eth1", "eth2", "eth10", null]);
});

test("equal rows keep their order", () => {
  const rows = Array.from({ length: 100 }, (_, id) => ({ id, size: id % 3 }));
  const ids = sorted(rows, (row) => row.size, true).map((row) => row.id);
  expect(ids.slice(0, 3)).toEqual([2, 5, 8]);
});

test("copied rows hold one cell a cell", () => {
  expect(
    tabbed([
      ["AS", "bit/s"],
      ["a\tb\nc", 5],
      [null, 0.5],
    ]),
  ).toBe("AS\tbit/s\na b c\t5\n\t0.5\n");
});
