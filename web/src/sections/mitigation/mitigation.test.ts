import { expect, test } from "vitest";
import type { Mitigation, MitigationState } from "./api";
import { decisionsOf, fallen, grouped, isOpen, leftText, STATES, wishOf } from "./shape";

const one = (state: MitigationState) => ({ id: 1, state }) as Mitigation;

test("what can be decided follows from the state", () => {
  expect(decisionsOf("proposed")).toEqual(["approve", "reject"]);
  for (const state of ["active", "rehearsed", "probing"] as const) expect(decisionsOf(state)).toEqual(["withdraw"]);
  for (const state of ["withdrawn", "expired", "rejected", "refused", "failed"] as const) {
    expect(decisionsOf(state)).toEqual([]);
    expect(isOpen(state)).toBe(false);
  }
});

test("every state has a word and a mark of its own", () => {
  expect(new Set(Object.values(STATES).map((state) => state.word)).size).toBe(9);
});

test("the list falls into waiting, standing and over", () => {
  const { waiting, standing, over } = grouped([one("active"), one("proposed"), one("refused"), one("rehearsed")]);
  expect(waiting.map((it) => it.state)).toEqual(["proposed"]);
  expect(standing.map((it) => it.state)).toEqual(["active", "rehearsed"]);
  expect(over.map((it) => it.state)).toEqual(["refused"]);
});

test("time left, and none of what is over", () => {
  expect(leftText({ state: "active", until: 720_000 }, 0)).toBe("12 min left");
  expect(leftText({ state: "active", until: 0 }, 0)).toBe("");
  expect(leftText({ state: "expired", until: 720_000 }, 0)).toBe("");
  expect(leftText({ state: "active", until: 5 }, 10)).toBe("its time is over");
});

test("the effect is what fell away", () => {
  expect(fallen(100, 10)).toBe(0.9);
  expect(fallen(100, 150)).toBe(-0.5);
  expect(fallen(0, 5)).toBeNull();
});

test("a proposal says only what was typed, and is a dry run unless asked otherwise", () => {
  const form = { target: " 192.0.2.7 ", action: "rtbh", ttl: "", live: false, why: " ", attack: 0, match: "" };
  expect(wishOf(form)).toEqual({ target: "192.0.2.7", action: "rtbh", dry_run: true });
  expect(wishOf({ ...form, ttl: "1h", live: true, why: "t", attack: 3, match: "udp" })).toEqual({
    target: "192.0.2.7",
    action: "rtbh",
    dry_run: false,
    ttl: "1h",
    why: "t",
    attack: 3,
    match: "udp",
  });
});
