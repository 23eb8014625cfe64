import { expect, test } from "vitest";
import type { Exporter, Finding } from "../../api/types";
import type { Configuration, ConfigValue, Interface, Rib, WholeStatus } from "./api";
import {
  changedFirst,
  classLines,
  commandsFor,
  configValue,
  keysWith,
  linesFor,
  nameLines,
  nextToDo,
  sourcesOf,
  stagesOf,
  storageLines,
  tiersOf,
  unclassed,
  valueText,
} from "./shape";

const finding = (severity: Finding["severity"], what: string): Finding => ({
  severity,
  what,
  counter: null,
  count: 1,
  recent: 0,
  advice: "do this",
});
const exporter = (over: Partial<Exporter>): Exporter => ({
  address: "192.0.2.1",
  name: null,
  protocols: [],
  received: 10,
  decoded: 200,
  sampled: 200,
  named: 100,
  routed: 0,
  stored: 200,
  last_seen: 1,
  health: "good",
  findings: [],
  flows_per_s: 1,
  ...over,
});

test("stations are shares of what was decoded; of nothing there is no share", () => {
  expect(stagesOf(exporter({})).map((one) => one.share)).toEqual([1, 1, 1, 0.5, 0, 1]);
  expect(stagesOf(exporter({ received: 0, decoded: 0 })).every((one) => one.share === null)).toBe(true);
});

test("the next thing to do is the worst, the server's first", () => {
  const routers = [
    exporter({ findings: [finding("note", "n"), finding("attention", "a")] }),
    exporter({ name: "R2", findings: [finding("trouble", "t")] }),
  ];
  expect(nextToDo([], routers)).toMatchObject({ of: "R2", finding: { what: "t" } });
  expect(nextToDo([finding("trouble", "disk")], routers)).toMatchObject({ of: null, finding: { what: "disk" } });
  expect(nextToDo([finding("good", "g")], [exporter({ findings: [finding("note", "n")] })])).toBeNull();
});

test("sources of routes of every kind in one list", () => {
  const rib = {
    bgp: [
      {
        name: "p",
        address: "192.0.2.1",
        as: 64500,
        state: "Idle",
        since: null,
        last_error: "refused",
        routes: 0,
        announced_to_it: 0,
      },
    ],
    bmp: [{ name: "b", address: "192.0.2.2", connected: true, since: 5, last_error: null, peers_up: 3 }],
    files: [{ name: "f", path: "/x", kind: "mrt", loaded: 9, routes: 12, malformed: 0, last_error: null }],
  } as unknown as Rib;
  expect(sourcesOf(rib).map(({ kind, good, problem }) => [kind, good, problem])).toEqual([
    ["BGP", false, "refused"],
    ["BMP", true, ""],
    ["file, mrt", true, ""],
  ]);
});

const value = (key: string, more: Partial<ConfigValue> = {}): ConfigValue => ({
  key,
  type: "",
  value: "",
  default: "",
  live: true,
  secret: false,
  entries: null,
  meaning: "",
  ...more,
});
const CONFIG: Configuration = {
  file: null,
  read: 1,
  needs_restart: [],
  values: [
    value("store.hot_time", { value: "2h", default: "2h", live: false }),
    value("store.retention.flows.age", { value: "60d", default: "30d" }),
    value("store.retention.flows.size", { value: "0", default: "0" }),
    value("data", { live: false, meaning: "where everything is kept" }),
    value("exporters", { entries: 2 }),
  ],
  interface_classes: [],
  people: [],
};
test("tiers say how long they are kept where the configuration is told", () => {
  const store = {
    hot_octets: 1,
    cold_octets: 2,
    rollup_octets: 3,
    hot_flows: 4,
    cold_flows: 5,
  } as WholeStatus["store"];
  expect(tiersOf(store, CONFIG).map((one) => one.keep)).toEqual(["2h", "60d", null]);
  expect(tiersOf(store, null).map((one) => one.keep)).toEqual([null, null, null]);
});

test("a value is told as it is written; what has none is none", () => {
  expect(configValue(CONFIG, "data")).toBe("none");
  expect(configValue(CONFIG, "nothing")).toBeNull();
  expect(
    changedFirst(CONFIG.values)
      .slice(0, 2)
      .map((one) => one.key),
  ).toEqual(["store.retention.flows.age", "exporters"]);
  expect(CONFIG.values.map(valueText)).toEqual(["2h", "60d", "0", "", "2 entries"]);
});

test("lines for interfaces without a class quote what YAML would read as something else", () => {
  const one = (over: Partial<Interface>): Interface => ({
    exporter: "192.0.2.1",
    exporter_name: "SG1-TELIA/STARHUB",
    index: 3,
    name: "xe-0/0/0",
    description: null,
    class: null,
    speed_bps: null,
    ...over,
  });
  expect(unclassed([one({}), one({ class: "transit" }), one({ index: 0 })])).toHaveLength(1);
  expect(classLines([one({ name: 'a: "b"' })])).toContain(
    '{exporter: SG1-TELIA/STARHUB, interface: "a: \\"b\\"", class: transit}',
  );
  expect(classLines([])).toContain('interface: "*transit*"');
});

test("keys are found by all words in key, value and meaning", () => {
  expect(keysWith(CONFIG.values, "RETENTION 60d").map((one) => one.key)).toEqual(["store.retention.flows.age"]);
  expect(keysWith(CONFIG.values, "everything kept")).toHaveLength(1);
  expect(keysWith(CONFIG.values, "")).toHaveLength(5);
});

test("the lines of a key nest where it has dots, and the commands name the file", () => {
  expect(linesFor("store.retention.flows.age", "60d")).toBe("store:\n  retention:\n    flows:\n      age: 60d\n");
  expect(linesFor("customers", "")).toBe("customers:\n");
  expect(linesFor("http", "127.0.0.1:8080")).toBe("http: 127.0.0.1:8080\n");
  expect(linesFor("listen", '["[::]:2055"]')).toBe('listen: ["[::]:2055"]\n');
  expect(linesFor("detect.exclude.flows", "*x: #1")).toBe('detect:\n  exclude:\n    flows: "*x: #1"\n');
  expect(commandsFor(null, true)).toBe("weir check /etc/weir/weir.yaml\nsystemctl reload weir\n");
  expect(commandsFor("/a b/w.yaml", false)).toBe("weir check '/a b/w.yaml'\nsystemctl restart weir\n");
});

test("what is in force stands in the lines of retention", () => {
  expect(storageLines(CONFIG)).toContain("flows: {age: 60d}");
  expect(storageLines(null)).toContain("flows: {age: 30d}");
});

test("lines name the exporters that have no name", () => {
  expect(
    nameLines([
      { address: "2001:db8::1", name: null },
      { address: "192.0.2.1", name: "EDGE" },
    ]),
  ).toBe('exporters:\n  - {address: "2001:db8::1", name: EDGE-1}   # the name to show\n');
  expect(nameLines([])).toContain("192.0.2.1");
});
