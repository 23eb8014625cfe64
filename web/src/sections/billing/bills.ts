// Bills as the server tells them (src/billing/bill_text.cc, bill_file.cc). No drawing here.
import { apiPath } from "../../api/client";

export interface Group {
  name: string;
  counted: "larger" | "sum" | "each" | "in" | "out";
  commit_bps: number;
  price_micros: number;
  overage_micros: number;
}
export interface Entry {
  group: string;
  month: string;
  frozen: boolean;
  total_cents: number | null;
  currency: string;
  sha256: string | null;
  trouble: string | null;
}
export interface BillingAnswer {
  currency: string;
  time_zone: string;
  groups: Group[];
  bills: Entry[];
}
export interface Line {
  direction: string;
  percentile_95_bps: number;
  average_bps: number;
  maximum_bps: number;
  billed_bps: number;
  overage_bps: number;
  commit_cents: number;
  overage_cents: number;
}
export interface Bill {
  group: string;
  month: string;
  time_zone: string;
  from: number;
  to: number;
  sample_ms: number;
  currency: string;
  counted: Group["counted"];
  commit_bps: number;
  price_micros: number;
  overage_micros: number;
  filter_in: string;
  filter_out: string;
  source: string;
  lines: Line[];
  total_cents: number;
  made: number;
  previous_sha256: string;
  in_bytes?: number[];
  out_bytes?: number[];
}
export interface BillAnswer {
  frozen: boolean;
  sha256: string | null;
  bill: Bill;
}
export interface Check {
  fine: boolean;
  hash: boolean;
  sums: boolean;
  chain: boolean;
  store: boolean | null;
  samples_differ: number;
  findings: string[];
}

export const COUNTED: Record<Group["counted"], string> = {
  larger: "the larger direction",
  sum: "both directions together",
  each: "each direction by itself",
  in: "what comes in",
  out: "what goes out",
};

export function money(cents: number, currency: string): string {
  return `${(cents / 100).toLocaleString("en-GB", { minimumFractionDigits: 2, maximumFractionDigits: 2 })} ${currency}`;
}
/** A price of one Mbit/s: as many digits as it has, two at least. */
export function price(micros: number, currency: string): string {
  const value = micros / 1e6;
  return `${value.toLocaleString("en-GB", { minimumFractionDigits: 2, maximumFractionDigits: 6 })} ${currency}`;
}
/** Bills are settled in Mbit/s. */
export function megabits(bps: number): string {
  return `${(bps / 1e6).toLocaleString("en-GB", { minimumFractionDigits: 2, maximumFractionDigits: 2 })} Mbit/s`;
}

export function billPath(
  what: "bill" | "file" | "verify" | "freeze",
  group: string,
  month: string,
  more: Record<string, string> = {},
): string {
  return apiPath(`/api/v1/billing/${what}`, { group, month, ...more });
}

/** "2026-11" -> "November 2026". */
export function monthName(month: string): string {
  const found = /^(\d{4})-(\d\d)$/.exec(month);
  if (!found) return month;
  const name = new Intl.DateTimeFormat("en-GB", { month: "long", timeZone: "UTC" }).format(
    Date.UTC(Number(found[1]), Number(found[2]) - 1, 1),
  );
  return `${name} ${found[1]}`;
}

export interface Samples {
  times: number[];
  stepMs: number;
  into: number[];
  out: number[];
}
/** How many points a month's graph has at most: more than pixels say nothing more. */
const POINTS = 1500;

/** The samples as rates. Of neighbours that share a point the larger is shown, as peaks are what is billed. */
export function samplesOf(bill: Bill, points = POINTS): Samples {
  const count = Math.min(bill.in_bytes?.length ?? 0, bill.out_bytes?.length ?? 0);
  const each = Math.max(1, Math.ceil(count / points));
  const out: Samples = { times: [], stepMs: each * bill.sample_ms, into: [], out: [] };
  const rate = (bytes: number | undefined, i: number) => {
    const begin = bill.from + i * bill.sample_ms;
    return ((bytes ?? 0) * 8000) / Math.max(1000, Math.min(bill.sample_ms, bill.to - begin));
  };
  for (let first = 0; first < count; first += each) {
    let [a, b] = [0, 0];
    for (let i = first; i < Math.min(count, first + each); i++) {
      a = Math.max(a, rate(bill.in_bytes?.[i], i));
      b = Math.max(b, rate(bill.out_bytes?.[i], i));
    }
    out.times.push(bill.from + first * bill.sample_ms);
    out.into.push(a);
    out.out.push(b);
  }
  return out;
}

/** In words: what was found about a frozen bill. */
export function checkWords(check: Check): { text: string; fine: boolean }[] {
  const out = [
    {
      text: check.hash ? "The file is as it was frozen." : "The file was changed since it was frozen.",
      fine: check.hash,
    },
    {
      text: check.sums
        ? "Percentile, overage and total follow from its samples."
        : "The total does not follow from its samples.",
      fine: check.sums,
    },
    {
      text: check.chain
        ? "It follows the bill of the month before."
        : "It does not follow the bill of the month before.",
      fine: check.chain,
    },
  ];
  if (check.store !== null)
    out.push({
      text: check.store
        ? "The store has the same samples today."
        : `The store has other samples today in ${check.samples_differ} places; the frozen bill stands.`,
      fine: check.store,
    });
  return out;
}

export const EXAMPLE = `billing:
  currency: MYR
  time_zone: Asia/Kuala_Lumpur
  groups:
    - name: Kelapa Cloud
      customers: [Kelapa Cloud]
      commit: 100           # Mbit/s
      price: 10.00          # for one Mbit/s and month
      overage_price: 12.50`;
