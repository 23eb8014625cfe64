import { expect, test } from "vitest";
import { completions, placeOf } from "./dslComplete";
import { errorPlace } from "./esError";
import { dslExamples } from "./examples";
import { curlOf, faultsOf, formatted, jsonFault, pretty, refusal, requestAt, requestsOf, wire } from "./requests";
import { formattedSql, placeInMessage, sqlCompletions } from "./sql";

const FIELDS = [
  { name: "src_addr", alias: "sa", meaning: "source" },
  { name: "bytes", alias: null, meaning: "octets" },
];
const TWO = 'GET _search\n{ "size": 1 }\n\n# a remark\nPOST /stat-*/_count\n';

test("requests are told apart, comments and blank lines belong to none", () => {
  const [first, second] = requestsOf(TWO);
  expect(first).toMatchObject({ method: "GET", path: "_search", body: '{ "size": 1 }' });
  expect(second).toMatchObject({ method: "POST", path: "stat-*/_count", body: "" });
  expect(requestAt(requestsOf(TWO), 15)?.path).toBe("_search");
  expect(requestAt(requestsOf(TWO), TWO.length)?.path).toBe("stat-*/_count");
  expect(requestAt(requestsOf("# nothing"), 0)).toBeNull();
});

test("a GET with a body goes as POST, below /es", () => {
  expect(requestsOf(TWO).map(wire)).toEqual([
    { method: "POST", path: "/es/_search" },
    { method: "POST", path: "/es/stat-*/_count" },
  ]);
});

test("a path cannot leave /es", () => {
  const only = (path: string) => refusal(requestsOf(`GET ${path}`)[0] as ReturnType<typeof requestsOf>[0]);
  expect(only("../api/v1/status")).not.toBeNull();
  expect(only("a/%2e%2e/b")).not.toBeNull();
  expect(only("%zz")).not.toBeNull();
  expect(only("<stat-{now/d}>/_search?q=a..b")).toBeNull();
});

test("the first example is the query of the slides, over the same 100 minutes", () => {
  const request = requestsOf(dslExamples(1_532_388_430_693)[0]?.text ?? "")[0];
  const body = JSON.parse(request?.body ?? "");
  expect(request).toMatchObject({ method: "GET", path: "_search" });
  expect(body.query.bool.must[0].range.ts).toEqual({ gte: 1532382430693, lte: 1532388430693, format: "epoch_millis" });
  expect(body.query.bool.must[1].term.sa.value).toBe("103.64.13.0/24");
  expect(body.aggs.router_ip.aggs.router_interface.terms.field).toBe("in");
});

test("every example is right and stays so when it is formatted", () => {
  for (const { text } of dslExamples(0)) {
    expect(faultsOf(text)).toEqual([]);
    expect(faultsOf(formatted(text))).toEqual([]);
    expect(formatted(formatted(text))).toBe(formatted(text));
  }
});

test.each([
  ['{"a" 1}', 5],
  ['{"a": }', 6],
  ['{"a": 1,}', 8],
  ['{"a": 01}', 6],
  ["[1 2]", 3],
  ['"open', 0],
  ['{"a": 1} x', 9],
  ["", 0],
])("the mistake of %s is at %i", (text, at) => {
  expect(jsonFault(text)?.at).toBe(at);
});

test("what is JSON has no mistake", () => {
  for (const text of ["{}", "[]", ' {"a": [1, -2.5e3, true, null, "x\\"y"], "b": {"c": {}}} '])
    expect(jsonFault(text)).toBeNull();
});

test("formatting keeps digits, texts and empty things as they are", () => {
  expect(pretty('{"a":[9007199254740993,1.50,"x, {y}"],"b":{},"c":[]}')).toBe(
    '{\n  "a": [\n    9007199254740993,\n    1.50,\n    "x, {y}"\n  ],\n  "b": {},\n  "c": []\n}',
  );
});

test("formatting leaves alone what is wrong and what has remarks", () => {
  const text = 'GET _search\n{"a":}\nGET _count\n{"a":1,\n# why\n"b":2}';
  expect(formatted(text)).toBe(text);
});

test("curl takes the body with its quotes", () => {
  const request = requestsOf('GET _search\n{"a":"it\'s"}')[0] as ReturnType<typeof requestsOf>[0];
  expect(curlOf(request, "http://h")).toBe(
    `curl -X GET -H 'Content-Type: application/json' 'http://h/es/_search' --data-binary '{"a":"it'\\''s"}'`,
  );
});

test("where the cursor is in a body", () => {
  const text = '{"query": {"term": {"s';
  expect(placeOf(text, text.length)).toMatchObject({ path: ["query", "term"], at: "key", typed: "s", quoted: true });
  const value = '{"aggs": {"x": {"terms": {"field": "';
  expect(placeOf(value, value.length)).toMatchObject({ path: ["aggs", "x", "terms"], at: "value", key: "field" });
  const closed = '{"query": {"match_all": {}}, "';
  expect(placeOf(closed, closed.length)).toMatchObject({ path: [], at: "key" });
});

const offered = (text: string) => completions(text, text.length, FIELDS)?.candidates.map((one) => one.text) ?? [];
test("completion knows what may stand where", () => {
  expect(offered("GET _se")).toContain("_search");
  expect(offered('GET _search\n{"')).toEqual(expect.arrayContaining(["query", "aggs", "size"]));
  expect(offered('GET _search\n{"query": {"')).toEqual(expect.arrayContaining(["bool", "range"]));
  expect(offered('GET _search\n{"query": {"bool": {"')).toEqual(expect.arrayContaining(["must", "filter"]));
  expect(offered('GET _search\n{"query": {"bool": {"must": [{"')).toEqual(expect.arrayContaining(["term"]));
  expect(offered('GET _search\n{"query": {"range": {"')).toEqual(["sa", "src_addr", "bytes"]);
  expect(offered('GET _search\n{"query": {"range": {"ts": {"')).toEqual(expect.arrayContaining(["gte", "lte"]));
  expect(offered('GET _search\n{"aggs": {"a": {"')).toEqual(expect.arrayContaining(["terms", "aggs"]));
  expect(offered('GET _search\n{"aggs": {"a": {"terms": {"field": "')).toEqual(["sa", "src_addr", "bytes"]);
  expect(offered('GET _search\n{"aggs": {"')).toEqual([]);
});

test("SQL: tables after FROM, columns elsewhere, nothing in texts and remarks", () => {
  const sql = (text: string) => sqlCompletions(text, text.length, FIELDS)?.candidates.map((one) => one.text) ?? [];
  expect(sql("select * from fl")).toEqual(["flows", "rollup_1m", "rollup_5m", "rollup_1h", "interface_counters"]);
  expect(sql("SELECT sr")).toContain("src_addr");
  expect(sql("SELECT 'sr")).toEqual([]);
  expect(sql("SELECT 1 -- sr")).toEqual([]);
});

test("SQL is laid out by clauses, and once more changes nothing", () => {
  const laid = formattedSql(
    "select src_addr,sum(bytes) as b from flows where time>5 and (dst_port=443 or dst_port=80) and x between 1 and 2 group by src_addr order by b desc limit 5",
  );
  expect(laid).toBe(
    "SELECT src_addr, sum(bytes) AS b\nFROM flows\nWHERE time > 5\n  AND (dst_port = 443 OR dst_port = 80)\n  AND x BETWEEN 1 AND 2\nGROUP BY src_addr\nORDER BY b DESC\nLIMIT 5\n",
  );
  expect(formattedSql(laid)).toBe(laid);
});

test("SQL: texts, remarks and subqueries survive the layout", () => {
  const laid = formattedSql("select 'a  from b' from (select 1 from flows) t -- why\nwhere x = 1");
  expect(laid).toContain("'a  from b'");
  expect(laid).toContain("-- why\n");
  expect(formattedSql(laid)).toBe(laid);
});

test("places in messages become places of the text", () => {
  expect(placeInMessage("SELECT x\nFROM y", "no table y, at line 2, column 6")).toBe(14);
  expect(placeInMessage("SELECT x", "something else")).toBeNull();
  const text = 'GET _search\n{\n  "quer": {}\n}';
  const reply = {
    status: 400,
    json: true,
    tookMs: 1,
    text: '{"error": {"reason": "unknown key", "line": 2, "col": 3}}',
  };
  expect(errorPlace(text, { bodyFrom: 12 }, reply)).toEqual({ from: 16, to: 22, message: "unknown key" });
  expect(errorPlace(text, { bodyFrom: 12 }, { ...reply, status: 200 })).toBeNull();
});
