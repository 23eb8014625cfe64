import { expect, test } from "vitest";
import { type Bill, billPath, checkWords, megabits, money, monthName, price, samplesOf } from "./bills";

test("money and rates as invoices have them", () => {
  expect(money(1234567, "MYR")).toBe("12,345.67 MYR");
  expect(price(12_500_000, "MYR")).toBe("12.50 MYR");
  expect(price(1_234_567, "USD")).toBe("1.234567 USD");
  expect(megabits(1_234_567_890)).toBe("1,234.57 Mbit/s");
  expect(monthName("2026-11")).toBe("November 2026");
  expect(billPath("bill", "port: MYIX", "2026-11", { format: "csv" })).toBe(
    "/api/v1/billing/bill?group=port%3A+MYIX&month=2026-11&format=csv",
  );
});

const bill = (more: Partial<Bill>) => ({ from: 0, to: 900_000, sample_ms: 300_000, ...more }) as Bill;

test("samples are rates; peaks stay when they share a point", () => {
  const given = bill({ in_bytes: [37_500, 75_000, 0], out_bytes: [0, 0, 37_500] });
  expect(samplesOf(given)).toEqual({
    times: [0, 300_000, 600_000],
    stepMs: 300_000,
    into: [1000, 2000, 0],
    out: [0, 0, 1000],
  });
  expect(samplesOf(given, 2)).toEqual({ times: [0, 600_000], stepMs: 600_000, into: [2000, 0], out: [0, 1000] });
  expect(samplesOf(bill({})).times).toEqual([]);
});

test("a check says each thing by itself", () => {
  const words = checkWords({
    fine: false,
    hash: false,
    sums: true,
    chain: true,
    store: null,
    samples_differ: 0,
    findings: [],
  });
  expect(words.map((one) => one.fine)).toEqual([false, true, true]);
  expect(words[0]?.text).toContain("changed");
});
