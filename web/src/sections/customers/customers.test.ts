import { expect, test } from "vitest";
import { asNumber, type Customer, customerOf, draftOf, EMPTY, isNetwork, troubles, yamlOf } from "./customers";

const kelapa: Customer = {
  name: "Kelapa Cloud",
  region: "MY",
  prefixes: ["103.64.13.0/24", "2001:db8:100::/48"],
  ases: [64500],
  interfaces: [{ exporter: "edge-*", index: 17, name: "*" }],
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
  expect(asNumber("4294967296")).toBeNull();
});

test("a draft gives back what it was made of", () => {
  expect(customerOf(draftOf(kelapa))).toEqual(kelapa);
});

test("each row's trouble is told", () => {
  const row = (more = {}) => ({ ...EMPTY, name: "A", prefixes: "192.0.2.0/24", ...more });
  expect(troubles([row()])).toEqual([""]);
  expect(troubles([row({ name: " " })])[0]).toContain("name");
  expect(troubles([row(), row({ prefixes: "198.51.100.0/24" })])[0]).toContain("another customer");
  expect(troubles([row({ prefixes: "192.0.2.0/99" })])[0]).toContain("192.0.2.0/99");
  expect(troubles([row({ ases: "ASx" })])[0]).toContain("ASx");
  expect(troubles([row(), row({ name: "B" })])).toEqual(["", "192.0.2.0/24 belongs to “A” already."]);
  expect(troubles([row({ prefixes: "" })])[0]).toContain("needs a prefix");
  expect(troubles([row({ prefixes: "103.64.13.0/24" })], [kelapa])[0]).toContain("Kelapa Cloud");
});

test("the lines of the configuration, quoted where YAML would read another thing", () => {
  expect(yamlOf([kelapa])).toBe(
    'customers:\n  - name: Kelapa Cloud\n    region: MY\n    prefixes: ["103.64.13.0/24", "2001:db8:100::/48"]\n' +
      '    ases: [64500]\n    interfaces:\n      - {exporter: "edge-*", index: 17}\n',
  );
  expect(yamlOf([{ ...kelapa, name: "no", region: "", prefixes: [], ases: [], interfaces: [] }])).toBe(
    'customers:\n  - name: "no"\n',
  );
  expect(yamlOf([{ ...kelapa, name: "a: b", region: "", prefixes: [], ases: [], interfaces: [] }])).toContain(
    'name: "a: b"',
  );
});
