import { expect, test } from "vitest";
import { readParams, writeParams } from "../../url/params";
import { exportPath, FLOWS, histogramPath, pagePath, USUAL } from "./question";
import { type FlowRow, TAIL_ROWS, withNewest } from "./tail";

const state = readParams(FLOWS, "?filter=port+443&order=-bytes&columns=time,src_addr");
const range = { from: "-1h", to: "now" };
const of = (path: string) => Object.fromEntries(new URLSearchParams(path.split("?")[1]));

test("a link reproduces the screen", () => {
  expect(readParams(FLOWS, writeParams(FLOWS, "", state))).toEqual(state);
  expect(readParams(FLOWS, "").columns).toEqual(USUAL);
});

test("a page has every column, an export the chosen ones", () => {
  expect(of(pagePath(state, range, null))).toEqual({
    filter: "port 443",
    from: "-1h",
    to: "now",
    order: "-bytes",
    columns: "all",
    top: "200",
  });
  expect(of(pagePath(state, range, "a~b~c")).after).toBe("a~b~c");
  expect(of(exportPath(state, range, "csv"))).toMatchObject({
    columns: "time,src_addr",
    format: "csv",
    filter: "port 443",
  });
  expect(of(histogramPath(state, range))).toMatchObject({ metric: "flows", resolution: "auto", top: "0" });
});

test("the tail adds what is new, once, the newest first", () => {
  const row = (time: number): FlowRow => ({ time, bytes: 1 });
  expect(withNewest([row(2), row(1)], [row(3), row(2)]).map(({ time }) => time)).toEqual([3, 2, 1]);
  expect(withNewest([row(5)], [row(4)]).map(({ time }) => time)).toEqual([5, 4]);
  const many = Array.from({ length: 2 * TAIL_ROWS }, (_, i) => row(i));
  expect(withNewest([], many)).toHaveLength(TAIL_ROWS);
});
