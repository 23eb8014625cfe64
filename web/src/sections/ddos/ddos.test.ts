import { expect, test } from "vitest";
import type { Attack, RuleState } from "./api";
import {
  addressOf,
  curveOf,
  filterOf,
  measured,
  nearness,
  rateText,
  spanOf,
  targetText,
  timelineOf,
  topRows,
  usualRate,
} from "./shape";

const NONE = { bits_per_second: 0, packets_per_second: 0, flows_per_second: 0 };
const ATTACK: Attack = {
  id: 7,
  kind: "ntp_amplification",
  title: "NTP amplification",
  way: "incoming",
  target: "103.64.13.104/32",
  subject: "",
  customer: "",
  rule: "udp",
  measure: "bits",
  threshold: 300e6,
  threshold_from: "defaults",
  began: 1_000_000,
  found: 1_001_500,
  last: 1_060_000,
  ended: 1_150_000,
  now: NONE,
  peak: NONE,
  value: 0,
  value_low: 0,
  value_high: 0,
  bytes: 1000,
  packets: 10,
  flows: 1,
  signatures: [],
  evidence: {
    reason: "",
    distinct_sources: 1,
    distinct_destinations: 1,
    top: {
      src_port: [
        { value: "53", name: "", bytes: 100, packets: 9 },
        { value: "123", name: "", bytes: 900, packets: 1 },
      ],
      in_if: [{ value: "7", name: "192.0.2.1", bytes: 1000, packets: 10 }],
      packet_size: [{ value: "448-479", name: "", bytes: 1000, packets: 10 }],
      tcp_flags: [{ value: "2", name: "S", bytes: 1000, packets: 10 }],
    },
    curve: [
      { second: 1_000_000, bits_per_second: 5, packets_per_second: 1, flows_per_second: 0 },
      { second: 1_002_000, bits_per_second: 9, packets_per_second: 2, flows_per_second: 0 },
    ],
  },
};

test("targets are addresses, networks or subjects", () => {
  expect(targetText(ATTACK)).toBe("103.64.13.104");
  expect(targetText({ target: "2001:db8::/48", subject: "" })).toBe("2001:db8::/48");
  expect(targetText({ target: "0.0.0.0/0", subject: "customer ACME" })).toBe("customer ACME");
  expect(addressOf("2001:db8::1/128")).toBe("2001:db8::1");
  expect(addressOf("192.0.2.0/24")).toBeNull();
});

test("the filter of an attack looks at its side", () => {
  expect(filterOf(ATTACK)).toBe("dst_addr = 103.64.13.104");
  expect(filterOf({ ...ATTACK, way: "outgoing", target: "192.0.2.0/24" })).toBe("src net 192.0.2.0/24");
  expect(filterOf({ ...ATTACK, subject: 'customer A "B"' })).toBe('dst_customer = "A \\"B\\""');
  expect(filterOf({ ...ATTACK, subject: "interface 192.0.2.1 7" })).toBeNull();
});

test("values carry the unit of their measure", () => {
  expect(measured(300e6, "bits")).toBe("300 Mbit/s");
  expect(measured(50_000, "packets")).toBe("50 k packets/s");
  expect(measured(400, "distinct_destinations")).toBe("400 destinations");
  expect(usualRate("distinct_sources")).toBe("bits");
  expect([500e6, 50_000, 1.5e9, 12].map(rateText)).toEqual(["500M", "50k", "1.5G", "12"]);
});

test("the curve has the threshold only beside values of the same measure", () => {
  const colours = { curve: "#000", limit: "#111" };
  const bits = curveOf(ATTACK, "bits", colours);
  expect(bits?.stepMs).toBe(2000);
  expect(bits?.series.map((one) => one.values)).toEqual([
    [5, 9],
    [300e6, 300e6],
  ]);
  expect(curveOf(ATTACK, "packets", colours)?.series).toHaveLength(1);
  expect(curveOf({ ...ATTACK, evidence: { ...ATTACK.evidence, curve: [] } }, "bits", colours)).toBeNull();
});

test("shares are of the whole attack, largest first, with a filter where there is a column", () => {
  expect(topRows(ATTACK, "src_port", "bytes").map(({ text, share, filter }) => [text, share, filter])).toEqual([
    ["123 ntp", 0.9, "src_port = 123"],
    ["53 dns", 0.1, "src_port = 53"],
  ]);
  expect(topRows(ATTACK, "src_port", "packets")[0]?.text).toBe("53 dns");
  expect(topRows(ATTACK, "in_if", "bytes")[0]).toMatchObject({
    text: "interface 7",
    more: "of 192.0.2.1",
    filter: "exporter = 192.0.2.1 and in_if = 7",
  });
  expect(topRows(ATTACK, "packet_size", "bytes")[0]).toMatchObject({ text: "448 to 479 B", filter: null });
  expect(topRows(ATTACK, "tcp_flags", "bytes")[0]?.text).toBe("S");
  expect(topRows(ATTACK, "src_country", "bytes")).toEqual([]);
});

test("the timeline is in order, decisions among its steps", () => {
  const steps = timelineOf(ATTACK, [{ at: 1_020_000, who: "alice", what: "approved", why: "ticket 12" }]);
  expect(steps.map((one) => one.what)).toEqual([
    "Began",
    "Found",
    "approved by alice",
    "Last above the threshold",
    "Ended",
  ]);
  expect(steps[1]?.more).toContain("1.5 s");
  expect(timelineOf({ ...ATTACK, ended: null }, []).some((one) => one.what === "Ended")).toBe(false);
});

test("the span of an attack has room around it and does not reach beyond now", () => {
  expect(spanOf(ATTACK, 1_160_000)).toEqual({ from: 850_000, to: 1_160_000 });
});

test("what is not measured is below its bound, and said so", () => {
  const rule = { value: 100, now: 0, now_low: 0, now_high: 30, measured: false } as RuleState;
  expect(nearness(rule)).toEqual({ share: 0.3, low: 0, high: 0.3, least: true });
  expect(nearness({ ...rule, measured: true, now: 50, now_low: 40, now_high: 60 })).toEqual({
    share: 0.5,
    low: 0.4,
    high: 0.6,
    least: false,
  });
});
