import { expect, test } from "vitest";
import { colourKey, columnTitle, tcpFlags, valueText } from "./columns";

test("columns have titles for people", () => {
  expect(columnTitle("dst_as")).toBe("Destination AS");
  expect(columnTitle("src_addr")).toBe("Source");
  expect(columnTitle("exporter_name")).toBe("Router");
});

test("values have their names", () => {
  expect(valueText("dst_as", 15169, { "15169": { name: "GOOGLE", country: "US" } })).toBe("AS 15169 GOOGLE");
  expect(valueText("dst_as", 0)).toContain("no route");
  expect(valueText("proto", 6)).toBe("TCP");
  expect(valueText("dst_port", 443)).toBe("443 https");
  expect(valueText("src_country", null)).toBe("unknown");
  expect(valueText("tcp_flags", 0x12)).toBe("SA");
  expect(tcpFlags(0)).toBe("none");
});

test("source and destination of the same key share a colour", () => {
  expect(colourKey("src_as", 15169)).toBe(colourKey("dst_as", 15169));
  expect(colourKey("src_country", "MY")).toBe("country:MY");
  expect(colourKey("src_port", 15169)).not.toBe(colourKey("src_as", 15169));
});
