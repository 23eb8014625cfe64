import { expect, test } from "vitest";
import {
  asked,
  commandText,
  fieldsOf,
  joinNames,
  type Report,
  reportPath,
  splitNames,
  timeForAddress,
  typedIn,
} from "./catalogue";
import { type Column, cellText, colourKey, footRows, headText, rowName, seriesOf, type Table } from "./outcome";

const parameter = (name: string, more = {}) => ({
  name,
  title: name,
  type: "names" as const,
  default: null,
  choices: [],
  meaning: "",
  example: "",
  ...more,
});
const report: Report = {
  name: "usage-by-asn",
  title: "Usage by ASN",
  purpose: "",
  parameters: [
    parameter("start", { type: "time", default: "-3h" }),
    parameter("end", { type: "time", default: "now" }),
    parameter("filter", { type: "filter" }),
    parameter("src_port", { type: "ports" }),
    parameter("region"),
    parameter("size", { type: "count", default: "10" }),
  ],
};

test("the form stands in the order of the old one, and the rest under more", () => {
  const { inSight, more } = fieldsOf(report);
  expect(inSight.map((one) => one.name)).toEqual(["region", "src_port", "size"]);
  expect(more.map((one) => one.name)).toEqual(["filter"]);
});

test("the address holds what was typed; the server is asked for nothing that it does anyway", () => {
  const typed = typedIn(report, "?region=MY&size=10&dst_as=1&filter=&from=-6h&start=x");
  expect(typed).toEqual({ region: "MY", size: "10" });
  const parameters = asked(report, typed, { from: "-6h", to: "now" });
  expect(parameters).toEqual({ start: "-6h", end: "now", region: "MY" });
  expect(reportPath("usage-by-asn", parameters, "csv")).toBe(
    "/api/v1/reports/usage-by-asn?start=-6h&end=now&region=MY&format=csv",
  );
  expect(commandText("usage-by-asn", { ...parameters, region: "A B" }, "http://x:1")).toBe(
    "weir report usage-by-asn --start -6h --end now --region 'A B' --server http://x:1",
  );
});

test("names with commas and quotes come back", () => {
  for (const names of [[], ["MY"], ["MY", "SG"], ["Acme, Inc", 'the "best"', " x "]]) {
    expect(splitNames(joinNames(names))).toEqual(names);
  }
  expect(splitNames("MY, SG,,")).toEqual(["MY", "SG"]);
});

test("times of the form are of the zone on the screen", () => {
  const now = Date.UTC(2018, 6, 25);
  expect(timeForAddress("2018-07-24 05:06:00", "Asia/Kuala_Lumpur", now)).toBe("2018-07-23T21:06:00Z");
  expect(timeForAddress(" -3h ", "UTC", now)).toBe("-3h");
  expect(timeForAddress("yesterday", "UTC", now)).toBeNull();
  expect(timeForAddress("2018-02-31", "UTC", now)).toBeNull();
});

const columns: Column[] = [
  { name: "dst_as", title: "ASN", unit: "", kind: "id" },
  { name: "as_name", title: "Name", unit: "", kind: "text" },
  { name: "maximum", title: "Max", unit: "bit/s", kind: "rate" },
  { name: "as_path", title: "AS-PATH", unit: "", kind: "text" },
];
const row = (as: number | null, name: string | null, series: number[]) => ({
  cells: [as, name, 1, "3491 4134"],
  filter: "x",
  series,
});
const table: Table = {
  name: "outgoing",
  title: "Outgoing",
  unit: "bit/s",
  filter: "",
  by: ["dst_as"],
  source: "5m",
  rows_read: 1,
  buckets: [0, 300_000],
  columns,
  rows: [row(4134, "CHINANET", [5, 6]), row(4837, null, [1, 2]), row(null, null, [])],
  other: row(null, null, [3, 0]),
  total: row(null, null, [9, 8]),
};

test("cells carry their unit; what is not known is null", () => {
  const cell = (kind: Column["kind"], unit: string, value: string | number | null) =>
    cellText({ name: "a", title: "A", unit, kind }, value, "UTC");
  expect(cell("rate", "bit/s", 31_400_000)).toBe("31.4 Mbit/s");
  expect(cell("rate", "packets/s", 1200)).toBe("1.2 k packets/s");
  expect(cell("amount", "B", 6_800_000_000)).toBe("6.8 GB");
  expect(cell("share", "%", 37.42)).toBe("37.4 %");
  expect(cell("money", "USD", 1234.5)).toBe("1,234.50");
  expect(cell("id", "", 4134)).toBe("4134");
  expect(cell("time", "", 0)).toBe("1970-01-01 00:00:00");
  expect(cell("text", "", null)).toBeNull();
  expect(headText({ name: "a", title: "Price", unit: "USD", kind: "money" })).toBe("Price [USD]");
});

test("rows have names and colours by what they are about", () => {
  expect(rowName(table, table.rows[0] as Table["rows"][number])).toBe("AS 4134 CHINANET");
  expect(rowName(table, table.rows[1] as Table["rows"][number])).toBe("AS 4837");
  expect(colourKey(table, table.rows[0] as Table["rows"][number])).toBe("as:4134");
});

test("series are the rows and what they leave out", () => {
  const series = seriesOf(table, (keys) => keys.map((key) => `#${key}`), "grey");
  expect(series.map((one) => [one.key, one.name, one.colour, one.values])).toEqual([
    ["0", "AS 4134 CHINANET", "#as:4134", [5, 6]],
    ["1", "AS 4837", "#as:4837", [1, 2]],
    ["other", "everything else", "grey", [3, 0]],
  ]);
  expect(seriesOf({ ...table, buckets: [] }, () => [], "grey")).toEqual([]);
  expect(footRows(table).map((one) => one.name)).toEqual(["Everything else", "Total"]);
});
