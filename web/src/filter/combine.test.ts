import { expect, test } from "vitest";
import { allOf, fromOctets, hasOr, narrowed, testFor } from "./combine";

test("values become tests", () => {
  expect(testFor("dst_as", 15169)).toBe("dst_as = 15169");
  expect(testFor("src_addr", "2001:db8::1")).toBe("src_addr = 2001:db8::1");
  expect(testFor("src_prefix", "103.64.13.0/24")).toBe("src_prefix = 103.64.13.0/24");
  expect(testFor("src_country", null)).toBe("src_country is unknown");
  expect(testFor("src_customer", 'Acme "Sdn" Bhd\\')).toBe('src_customer = "Acme \\"Sdn\\" Bhd\\\\"');
});

test("a filter is narrowed, and its or stays together", () => {
  expect(narrowed("", "port = 80")).toBe("port = 80");
  expect(narrowed("proto tcp", "port = 80")).toBe("proto tcp and port = 80");
  expect(narrowed("port 80 or port 443", "proto = 6")).toBe("(port 80 or port 443) and proto = 6");
  expect(narrowed("proto tcp", "port = 80", true)).toBe("proto tcp and not port = 80");
  expect(narrowed("", allOf(["src_as = 1", "dst_as = 2"]), true)).toBe("not (src_as = 1 and dst_as = 2)");
});

test("nothing is said twice", () => {
  expect(narrowed("proto tcp and port = 80", "port = 80")).toBe("proto tcp and port = 80");
  expect(narrowed("port = 80", "port = 80")).toBe("port = 80");
});

test("or is found where it joins, not in texts and parentheses", () => {
  expect(hasOr("src or dst port 80")).toBe(true);
  expect(hasOr('customer = "this or that"')).toBe(false);
  expect(hasOr("(port 80 or port 443) and proto tcp")).toBe(false);
  expect(hasOr("a || b")).toBe(true);
  expect(hasOr("proto tcp # or udp")).toBe(true);
});

test("places in octets are places in the text", () => {
  expect(fromOctets("abc", 2)).toBe(2);
  expect(fromOctets("é = 5", 3)).toBe(2);
  expect(fromOctets("😀 x", 5)).toBe(3);
  expect(fromOctets("ab", 99)).toBe(2);
});
