import { expect, test } from "vitest";
import { advance, HISTORY, NOTHING_YET } from "./live";
import type { RatesEvent, TrafficEvent } from "./types";

const rates = (time: number): RatesEvent => ({
  time,
  flows_per_s: 1,
  datagrams_per_s: 1,
  octets_per_s: 1,
  last: { time, flows_per_s: 2, datagrams_per_s: 3 },
  exporters: [],
});

test("rates extend the history and keep it bounded", () => {
  let state = advance(NOTHING_YET, { type: "history", data: { points: [] } });
  for (let second = 1; second <= HISTORY + 50; second++) {
    state = advance(state, { type: "rates", data: rates(second * 1000) });
  }
  expect(state.connected).toBe(true);
  expect(state.history).toHaveLength(HISTORY);
  expect(state.history.at(-1)).toEqual({ time: (HISTORY + 50) * 1000, flows_per_s: 2, datagrams_per_s: 3 });
});

test("a second that is known already is not added again", () => {
  const state = advance(NOTHING_YET, {
    type: "history",
    data: { points: [{ time: 5000, flows_per_s: 1, datagrams_per_s: 1 }] },
  });
  expect(advance(state, { type: "rates", data: rates(5000) }).history).toHaveLength(1);
  expect(advance(state, { type: "rates", data: rates(0) }).history).toHaveLength(1);
});

test("a lost connection keeps what was shown", () => {
  const state = advance(advance(NOTHING_YET, { type: "rates", data: rates(1000) }), { type: "lost" });
  expect(state.connected).toBe(false);
  expect(state.rates?.time).toBe(1000);
});

test("an error of the store keeps the last answer beside it", () => {
  const good: TrafficEvent = { step_ms: 10_000, points: [{ time: 1, bits_per_s: 2, packets_per_s: 3 }] };
  const state = advance(NOTHING_YET, { type: "traffic", data: good });
  const after = advance(state, { type: "traffic", data: { error: "the store is busy" } as TrafficEvent });
  expect(after.traffic).toEqual({ ...good, error: "the store is busy" });
});
