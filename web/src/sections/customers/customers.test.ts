import { expect, test } from "vitest";
import type { Table } from "../report/outcome";
import {
  asNumber,
  type Customer,
  type CustomersAnswer,
  changed,
  customerOf,
  draftOf,
  EMPTY,
  entriesOf,
  faultsAt,
  fieldOf,
  interfaceOf,
  interfaceText,
  isNetwork,
  troublesOf,
  yamlOf,
} from "./customers";
import { priceLines } from "./Profile";

const kelapa: Customer = {
  name: "Kelapa Cloud",
  region: "MY",
  prefixes: ["103.64.13.0/24", "2001:db8:100::/48"],
  ases: [64500],
  interfaces: [{ exporter: "edge-*", index: 17, name: "*" }],
};
const answer: CustomersAnswer = {
  configured: { customers: [kelapa], regions: [{ name: "HK", prefixes: ["203.0.113.0/24"] }] },
  saved: {
    customers: [{ ...kelapa, name: "B", prefixes: ["192.0.2.0/24"], ases: [], interfaces: [] }],
    regions: [{ name: "SG", prefixes: ["198.51.100.0/24"] }],
    revision: 3,
    time: 1,
  },
  changed_by: "everybody",
  left_out: [{ pointer: "/customers/0/prefixes/0", detail: "192.0.2.0/24 belongs to 'X' already" }],
  overlaps: [],
  problem: null,
};

test("networks and numbers", () => {
  for (const good of ["192.0.2.0/24", "10.0.0.1", "2001:db8::/32", "::/0", "1:2:3:4:5:6:7:8"])
    expect(isNetwork(good), good).toBe(true);
  for (const bad of [
    "",
    "192.0.2.0/33",
    "256.1.1.1",
    "1.2.3",
    "2001:db8::/129",
    "a::b::c",
    "1:2:3",
    "x",
    "1.2.3.4/24/8",
  ])
    expect(isNetwork(bad), bad).toBe(false);
  expect(asNumber("AS15169")).toBe(15169);
  expect(asNumber("0")).toBeNull();
  expect(asNumber("4294967295")).toBeNull();
});

test("interfaces as they are typed", () => {
  for (const one of [
    { exporter: "edge-1", index: 17, name: "*" },
    { exporter: "*", index: null, name: "cust-*" },
    { exporter: "2001:db8::1", index: 3, name: "xe-0/0/0" },
  ])
    expect(interfaceOf(interfaceText(one))).toEqual(one);
  expect(interfaceOf("cust-a")).toEqual({ exporter: "*", index: null, name: "cust-a" });
  expect(interfaceOf("@edge-1")).toBeNull();
  expect(interfaceOf("#17@")).toBeNull();
  expect(interfaceOf("#99999999999@e")).toBeNull();
});

test("a draft gives back what it was made of", () => {
  expect(customerOf(draftOf(kelapa))).toEqual(kelapa);
});

test("entries of both origins, with what is not in force", () => {
  const entries = entriesOf(answer);
  expect(entries.map((one) => [one.kind, one.name, one.at, one.faults.length])).toEqual([
    ["customer", "B", 0, 1],
    ["region", "SG", 0, 0],
    ["customer", "Kelapa Cloud", null, 0],
    ["region", "HK", null, 0],
  ]);
});

test("faults find their entry and their field", () => {
  const faults = [
    { pointer: "/customers/1/name", detail: "a" },
    { pointer: "/customers/11/prefixes/0", detail: "b" },
    { pointer: "/customers/1", detail: "c" },
  ];
  expect(faultsAt(faults, "customers", 1).map((one) => one.detail)).toEqual(["a", "c"]);
  expect(faults.map(fieldOf)).toEqual(["name", "prefixes", ""]);
});

test("each field's trouble is told", () => {
  const others = entriesOf(answer);
  const of = (more = {}, kind: "customer" | "region" = "customer") =>
    troublesOf({ ...EMPTY, name: "A", prefixes: "10.0.0.0/8", ...more }, kind, others);
  expect(of()).toEqual({});
  expect(of({ name: " " }).name).toContain("name");
  expect(of({ name: "B" }).name).toContain("another customer");
  expect(of({ prefixes: "192.0.2.0/99" }).prefixes).toContain("192.0.2.0/99");
  expect(of({ prefixes: "10.0.0.0/8\n192.0.2.0/24" }).prefixes).toBe("192.0.2.0/24 belongs to “B” already.");
  expect(of({ ases: "ASx" }).ases).toContain("ASx");
  expect(of({ interfaces: "@x" }).interfaces).toContain("@x");
  expect(of({ prefixes: "" })[""]).toContain("needs a prefix");
  expect(of({ prefixes: "" }, "region").prefixes).toContain("needs a prefix");
  expect(of({ name: "HK" }, "region")).toEqual({});
  expect(of({ name: "SG" }, "region").name).toContain("another region");
});

test("one is changed, added, taken away", () => {
  expect(changed(["a", "b"], 1, "c")).toEqual(["a", "c"]);
  expect(changed(["a", "b"], null, "c")).toEqual(["a", "b", "c"]);
  expect(changed(["a", "b"], 0, null)).toEqual(["b"]);
});

test("the lines of the configuration, quoted where YAML would read another thing", () => {
  expect(yamlOf({ customers: [kelapa], regions: [{ name: "SG", prefixes: ["198.51.100.0/24"] }] })).toBe(
    'customers:\n  - name: Kelapa Cloud\n    region: MY\n    prefixes: ["103.64.13.0/24", "2001:db8:100::/48"]\n' +
      '    ases: [64500]\n    interfaces:\n      - {exporter: "edge-*", index: 17}\n' +
      'regions:\n  - {name: SG, prefixes: ["198.51.100.0/24"]}\n',
  );
  const bare = { region: "", prefixes: [], ases: [], interfaces: [] };
  expect(yamlOf({ customers: [{ ...bare, name: "no" }], regions: [] })).toBe('customers:\n  - name: "no"\n');
  expect(yamlOf({ customers: [{ ...bare, name: "a: b" }], regions: [] })).toContain('name: "a: b"');
});

test("uplinks of both ways become lines for their prices, each once", () => {
  const table = (way: string) =>
    ({
      columns: ["exporter", "exporter_name", `${way}_if`, `${way}_if_name`].map((name) => ({ name })),
      rows: [{ cells: ["192.0.2.1", "SG1-TELIA/STARHUB", 3, "xe-0/0/0"] }, { cells: ["192.0.2.1", null, 4, ""] }],
    }) as unknown as Table;
  expect(priceLines([table("out"), table("in"), undefined])).toBe(
    'billing:\n  currency: USD\n  links:\n    - {exporter: "SG1-TELIA/STARHUB", interface: "xe-0/0/0", price: 2.50}\n' +
      '    - {exporter: "192.0.2.1", interface: "4", price: 2.50}\n',
  );
  expect(priceLines([])).toContain("transit-1");
});
