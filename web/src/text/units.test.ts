import { expect, test } from "vitest";
import { bitsPerSecond, change, count, duration, finePercent, grouped, octets, percent, perSecond } from "./units";

test("bits a second carry a prefix and three digits", () => {
  expect(bitsPerSecond(0)).toBe("0 bit/s");
  expect(bitsPerSecond(6_800_000_000)).toBe("6.8 Gbit/s");
  expect(bitsPerSecond(123_456_789)).toBe("123 Mbit/s");
  expect(bitsPerSecond(12_345)).toBe("12.3 kbit/s");
  expect(bitsPerSecond(1_200_000_000_000)).toBe("1.2 Tbit/s");
});

test("what rounds up to the next prefix takes it", () => {
  expect(bitsPerSecond(999_900)).toBe("1 Mbit/s");
  expect(bitsPerSecond(999)).toBe("999 bit/s");
});

test("counts", () => {
  expect(count(0)).toBe("0");
  expect(count(4.25)).toBe("4.25");
  expect(count(54_822_544)).toBe("54.8 M");
  expect(grouped(1234567)).toBe("1,234,567");
});

test("shares", () => {
  expect(percent(0)).toBe("0 %");
  expect(percent(0.004)).toBe("<1 %");
  expect(percent(0.374)).toBe("37 %");
});

test("durations never go below zero, for clocks that differ", () => {
  expect(duration(-5000)).toBe("0 s");
  expect(duration(59_000)).toBe("59 s");
  expect(duration(12 * 60_000)).toBe("12 min");
  expect(duration(5 * 3_600_000)).toBe("5 h");
  expect(duration(3 * 86_400_000)).toBe("3 days");
});

test("rates of things, octets, fine shares and changes", () => {
  expect(perSecond(12_345, "packets")).toBe("12.3 k packets/s");
  expect(octets(6_900_000_000)).toBe("6.9 GB");
  expect(finePercent(0.0001)).toBe("<0.1 %");
  expect(finePercent(0.3742)).toBe("37.4 %");
  expect(finePercent(1)).toBe("100 %");
  expect(change(112, 100)).toBe("+12 %");
  expect(change(97, 100)).toBe("\u22123 %");
  expect(change(5, 0)).toBe("new");
  expect(change(100_000, 10)).toBe("10 k times");
});
