import { expect, test } from "vitest";
import { axisText, dateText, offsetText, stampText } from "./format";
import { absolute, durationText, resolve, shifted, widened } from "./range";

const NOW = Date.UTC(2026, 10, 23, 12, 0, 0);

test("relative times count from now", () => {
  expect(resolve("now", NOW)).toBe(NOW);
  expect(resolve("-90s", NOW)).toBe(NOW - 90_000);
  expect(resolve("-7d", NOW)).toBe(NOW - 7 * 86_400_000);
});

test("absolute times are those of the zone, unless they say UTC", () => {
  expect(resolve("2026-11-23 20:00", NOW, "Asia/Kuala_Lumpur")).toBe(NOW);
  expect(resolve("2026-11-23T12:00:00Z", NOW, "Asia/Kuala_Lumpur")).toBe(NOW);
  expect(resolve("1532382430693", NOW)).toBe(1532382430693);
  expect(resolve("1532382430", NOW)).toBe(1532382430000);
});

test("hours beside a change of the clock", () => {
  expect(resolve("2026-10-25 00:30", NOW, "Europe/Berlin")).toBe(Date.UTC(2026, 9, 24, 22, 30));
  expect(resolve("2026-10-25 03:30", NOW, "Europe/Berlin")).toBe(Date.UTC(2026, 9, 25, 2, 30));
});

test("what is no time is null", () => {
  for (const wrong of ["", "yesterday", "-5", "-5y", "2026-02-31", "2026-13-01", "12:00"]) {
    expect(resolve(wrong, NOW), wrong).toBeNull();
  }
});

test("moving and widening", () => {
  expect(shifted({ from: "-1h", to: "now" }, -1, NOW)).toEqual(absolute(NOW - 7_200_000, NOW - 3_600_000));
  expect(shifted({ from: "-1h", to: "now" }, 1, NOW)).toEqual(absolute(NOW - 3_600_000, NOW));
  expect(widened({ from: "-1h", to: "now" }, NOW)).toEqual({ from: "-2h", to: "now" });
  expect(widened(absolute(NOW - 7_200_000, NOW - 3_600_000), NOW)).toEqual(absolute(NOW - 9_000_000, NOW - 1_800_000));
});

test("times as text", () => {
  expect(stampText(NOW + 30_250, "Asia/Singapore", true)).toBe("2026-11-23 20:00:30.250");
  expect(dateText(NOW, "UTC", { now: NOW })).toBe("Mon 23 Nov 12:00");
  expect(dateText(NOW, "UTC", { now: NOW - 400 * 86_400_000 })).toBe("Mon 23 Nov 2026 12:00");
  expect(offsetText(NOW, "Asia/Kolkata")).toBe("UTC+5:30");
  expect(offsetText(NOW, "UTC")).toBe("UTC");
  expect(axisText(Date.UTC(2026, 10, 23), "UTC", 3_600_000)).toBe("23 Nov");
  expect(durationText(5_400_000)).toBe("90m");
});
