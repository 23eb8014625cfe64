import { expect, test } from "vitest";
import { fillIn, parseRouter, routers } from "./routers";

test("all the routers that Weir promises are there", () => {
  expect(routers.map((router) => router.id).sort()).toEqual([
    "arista",
    "cisco-ios-xe",
    "cisco-ios-xr",
    "huawei",
    "juniper",
    "mikrotik",
    "nokia-sr-os",
    "softflowd",
  ]);
});

for (const router of routers) {
  test(`${router.id} names its protocol, explains itself and takes address and port`, () => {
    expect(router.protocol).toMatch(/NetFlow|NetStream|IPFIX|sFlow/);
    expect(router.notes.length).toBeGreaterThan(40);
    const filled = fillIn(router.configuration, "192.0.2.7", 2055);
    expect(filled).toContain("192.0.2.7");
    expect(filled).toContain("2055");
    expect(filled).not.toMatch(/[{}]{2}|^#/m);
  });
}

test("an IPv6 address is bracketed only where a port follows", () => {
  expect(fillIn("-n {{ADDRESS}}:{{PORT}}", "2001:db8::1", 4739)).toBe("-n [2001:db8::1]:4739");
  expect(fillIn("destination {{ADDRESS}}", "2001:db8::1", 4739)).toBe("destination 2001:db8::1");
});

test("notes and configuration are told apart", () => {
  expect(parseRouter("x", "# X: IPFIX\n# Do this.\n# And that.\nset a\nset b\n")).toEqual({
    id: "x",
    name: "X",
    protocol: "IPFIX",
    notes: "Do this. And that.",
    configuration: "set a\nset b\n",
  });
});
