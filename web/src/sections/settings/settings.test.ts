import { expect, test } from "vitest";
import type { Exporter, Finding } from "../../api/types";
import type { Configuration, Interface, Rib, WholeStatus } from "./api";
import { changedFirst, classLines, configValue, nextToDo, sourcesOf, stagesOf, tiersOf, unclassed } from "./shape";

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

const CONFIG: Configuration = {
  file: "",
  values: [
    { key: "store.hot_time", value: "2h", default: "2h", live: false, meaning: "" },
    { key: "store.retention.flows.age", value: "60d", default: "30d", live: true, meaning: "" },
    { key: "store.retention.flows.size", value: "0", default: "0", live: true, meaning: "" },
    { key: "data", value: "", default: "", live: false, meaning: "" },
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
  expect(changedFirst(CONFIG.values)[0]?.key).toBe("store.retention.flows.age");
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
