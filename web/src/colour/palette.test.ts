import { describe, expect, test } from "vitest";
import { Colours, SLOTS, slotColour, slotOf } from "./palette";

type Rgb = [number, number, number];

const linear = (hex: string): Rgb =>
  [1, 3, 5].map((at) => {
    const value = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  }) as Rgb;

// Machado, Oliveira and Fernandes 2009, severity 1.
const SEEN: Record<string, number[][]> = {
  all: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  protanopia: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deuteranopia: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
};

function lab(rgb: Rgb, matrix: number[][]): Rgb {
  const [r, g, b] = matrix.map((row) =>
    Math.max(
      0,
      row.reduce((sum, part, i) => sum + part * (rgb[i] ?? 0), 0),
    ),
  ) as Rgb;
  const f = (t: number) => (t > 0.008856 ? Math.cbrt(t) : 7.787 * t + 16 / 116);
  const x = f((0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.9505);
  const y = f(0.2126 * r + 0.7152 * g + 0.0722 * b);
  const z = f((0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.089);
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}

function nearest(colours: string[], matrix: number[][]): { distance: number; pair: string } {
  let best = { distance: Number.POSITIVE_INFINITY, pair: "" };
  colours.forEach((a, i) => {
    for (const b of colours.slice(i + 1)) {
      const [p, q] = [lab(linear(a), matrix), lab(linear(b), matrix)];
      const distance = Math.hypot(p[0] - q[0], p[1] - q[1], p[2] - q[2]);
      if (distance < best.distance) best = { distance, pair: `${a} ${b}` };
    }
  });
  return best;
}

describe.each([
  ["light", false],
  ["dark", true],
] as const)("%s theme", (_, dark) => {
  const first = Array.from({ length: 8 }, (_, slot) => slotColour(slot, dark));

  test.each(Object.keys(SEEN))("the first eight colours are told apart: %s", (sight) => {
    const { distance, pair } = nearest(first, SEEN[sight] ?? []);
    expect(distance, pair).toBeGreaterThan(20);
  });

  test("all colours differ", () => {
    const all = Array.from({ length: SLOTS }, (_, slot) => slotColour(slot, dark));
    expect(new Set(all).size).toBe(SLOTS);
    const { distance, pair } = nearest(all, SEEN.all ?? []);
    expect(distance, pair).toBeGreaterThan(15);
  });
});

test("a key has the same colour in every chart and every browser, where nobody else wants it", () => {
  const colours = new Colours();
  const [slot] = colours.assign(["as:15169"]);
  expect(slot).toBe(slotOf("as:15169"));
  expect(colours.assign(["as:15169", "as:4134"])[0]).toBe(slot);
  expect(new Colours(colours.remembered()).assign(["as:15169"])).toEqual([slot]);
});

test("a key that a chart has twice has one colour", () => {
  const [first, , again] = new Colours().assign(["as:1", "as:2", "as:1"]);
  expect(again).toBe(first);
});

test("in one chart no two of the first keys share a colour", () => {
  const keys = Array.from({ length: SLOTS }, (_, i) => `as:${i}`);
  expect(new Set(new Colours().assign(keys)).size).toBe(SLOTS);
  expect(new Colours().assign(Array.from({ length: 300 }, (_, i) => `x:${i}`))).toHaveLength(300);
});

test("what is remembered stays bounded", () => {
  const colours = new Colours();
  colours.assign(Array.from({ length: 5000 }, (_, i) => `a:${i}`));
  expect(colours.remembered().length).toBeLessThanOrEqual(600);
});

test("a key that was met before keeps its colour, however important a stranger is", () => {
  const colours = new Colours();
  const [first] = colours.assign(["as:4134"]);
  const stranger = Array.from({ length: 100 }, (_, i) => `as:${i}`).find((key) => slotOf(key) === first) ?? "";
  const [other, again] = colours.assign([stranger, "as:4134"]);
  expect(again).toBe(first);
  expect(other).not.toBe(first);
});
