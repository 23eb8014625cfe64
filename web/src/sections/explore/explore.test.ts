import { describe, expect, test } from "vitest";
import { readParams, writeParams } from "../../url/params";
import { clausesOf, elasticQuery } from "./elastic";
import { commandText, curlText, EXPLORE, hasInterface, parameters, queryPath } from "./question";
import { type Answer, flowOf, rates, shape, statisticsOf } from "./shape";

const sums = (bytes: number) => ({ bytes, packets: bytes / 100, flows: 1 });
const series = (...bytes: number[]) => bytes.map((one, i) => ({ time: i * 60_000, ...sums(one) }));

const answer: Answer = {
  from: 0,
  to: 150_000,
  by: ["src_as", "dst_as"],
  rows: [
    {
      src_as: 1,
      dst_as: 15169,
      ...sums(3000),
      series: series(1500, 750, 750),
      reverse: { ...sums(60), series: series(60, 0, 0) },
    },
    {
      src_as: 1,
      dst_as: null,
      ...sums(1000),
      series: series(1000, 0, 0),
      reverse: { ...sums(0), series: series(0, 0, 0) },
    },
  ],
  other: { ...sums(1000), series: series(0, 1000, 0) },
  total: { ...sums(5000), series: series(2500, 1750, 750) },
  as_names: { "15169": { name: "GOOGLE", country: "US" } },
  source: "1m",
  rows_read: 3,
  took_ms: 1,
};

describe("shaping", () => {
  const shaped = shape(answer, "bps");

  test("rates are over each step, the last one cut short by the range", () => {
    expect(shaped.stepMs).toBe(60_000);
    expect(shaped.rows[0]?.values).toEqual([200, 100, 200]);
    expect(rates(series(600), "pps", 60_000, 60_000)).toEqual([0.1]);
  });

  test("rows have names, keys and shares", () => {
    expect(shaped.rows.map((row) => row.name)).toEqual(["AS 1 · AS 15169 GOOGLE", "AS 1 · unknown"]);
    expect(shaped.rows[1]?.key).toBe("[1,null]");
    expect(shaped.rows[0]?.share).toBeCloseTo(0.6);
    expect(shaped.other?.name).toBe("everything else");
  });

  test("the other way goes below, and is absent where it was not asked for", () => {
    expect(shaped.rows[0]?.below).toEqual([8, 0, 0]);
    expect(shaped.other?.below).toBeNull();
    expect(shaped.rows[0]?.before).toBeNull();
  });

  test("shares of an interface's speed; unknown speed is no share", () => {
    const row = { ...answer.rows[0], ...sums(3000), speed_bps: 1000 };
    const shares = shape({ ...answer, rows: [row, { ...row, speed_bps: null }] }, "share");
    expect(shares.rows[0]?.values).toEqual([0.2, 0.1, 0.2]);
    expect(shares.rows[1]?.values).toEqual([0, 0, 0]);
  });

  test("the server's statistics go before our own", () => {
    const statistics = { minimum: 1, maximum: 2, average: 3, last: 4, percentile_95: 5 };
    const told = shape({ ...answer, rows: [{ ...answer.rows[0], ...sums(1), statistics }] }, "bps");
    expect(told.rows[0]?.statistics).toEqual(statistics);
  });

  test("the 95th percentile is the one of invoices", () => {
    expect(statisticsOf(Array.from({ length: 40 }, (_, i) => i + 1)).percentile_95).toBe(38);
    expect(statisticsOf(Array.from({ length: 19 }, (_, i) => i + 1)).percentile_95).toBe(19);
    expect(statisticsOf([]).percentile_95).toBe(0);
  });

  test("flows between dimensions", () => {
    const { nodes, links } = flowOf(shaped);
    expect(nodes).toHaveLength(3);
    expect(links.map((link) => link.value).sort((a, b) => b - a)[0]).toBeCloseTo(500 / 3);
  });

  test("an answer without rows is no error", () => {
    const empty = shape({ ...answer, rows: [], other: null, total: sums(0) }, "bps");
    expect(empty).toMatchObject({ rows: [], times: [], other: null });
    expect(flowOf(empty)).toEqual({ nodes: [], links: [] });
  });
});

describe("the question", () => {
  const state = {
    ...readParams(EXPLORE, ""),
    by: ["src_as"],
    filter: 'dst_customer = "A & B"',
    both: true,
    before: "same" as const,
  };
  const asked = parameters(state, { from: "-6h", to: "now" }, 21_600_000);

  test("a link reproduces it", () => {
    expect(readParams(EXPLORE, writeParams(EXPLORE, "", state))).toEqual(state);
  });

  test("the API is asked for it", () => {
    expect(asked).toMatchObject({
      by: "src_as",
      metric: "bytes",
      both: "yes",
      compare: "6h",
      resolution: "auto",
      top: "10",
    });
    expect(new URLSearchParams(queryPath(asked).split("?")[1]).get("filter")).toBe(state.filter);
  });

  test("shares are only asked for where there is an interface", () => {
    expect(hasInterface(["exporter", "in_if"])).toBe(true);
    expect(hasInterface(["exporter"])).toBe(false);
    expect(parameters({ ...state, unit: "share" }, { from: "-1h", to: "now" }, 1).share).toBeUndefined();
  });

  test("the command and curl quote what a shell would take apart", () => {
    expect(commandText(asked, "http://h:1")).toContain(`weir query 'dst_customer = "A & B"' --by src_as`);
    expect(commandText(asked, "http://h:1")).toContain("--both --compare 6h");
    expect(curlText({ ...asked, filter: "a = 'x'" }, "http://h:1")).toContain(
      `--data-urlencode 'filter=a = '\\''x'\\'''`,
    );
  });
});

describe("Elasticsearch", () => {
  test("tests of columns become clauses", () => {
    expect(clausesOf("dst_as = 15169 and not src_country = MY and bytes >= 100 and src_customer is unknown")).toEqual({
      must: [{ term: { dst_as: { value: 15169 } } }, { range: { bytes: { gte: 100 } } }],
      mustNot: [{ term: { src_country: { value: "MY" } } }, { exists: { field: "src_customer" } }],
    });
    expect(clausesOf("")).toEqual({ must: [], mustNot: [] });
  });

  test("what has no such form is refused, not guessed", () => {
    for (const filter of ["port 80 or port 443", "src net 10/8", "(proto = 6)", "as_path ~ x", "a = 1 or b = 2"]) {
      expect(clausesOf(filter), filter).toBeNull();
    }
    expect(elasticQuery({ by: ["src_as"], filter: "port 80", top: 5 }, 0, 1000, 60_000)).toBeNull();
  });

  test("dimensions nest", () => {
    const body = JSON.stringify(elasticQuery({ by: ["src_as", "dst_as"], filter: "", top: 5 }, 0, 1000, 60_000));
    expect(body.indexOf('"src_as"')).toBeLessThan(body.indexOf('"dst_as"'));
    expect(body).toContain('"fixed_interval":"60s"');
  });
});
