// Where the marks of an axis stand.
import { zoneOffset } from "../time/range";

const MINUTE = 60e3;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const STEPS = [
  1e3,
  2e3,
  5e3,
  10e3,
  15e3,
  30e3,
  MINUTE,
  2 * MINUTE,
  5 * MINUTE,
  10 * MINUTE,
  15 * MINUTE,
  30 * MINUTE,
  HOUR,
  2 * HOUR,
  3 * HOUR,
  6 * HOUR,
  12 * HOUR,
  DAY,
  2 * DAY,
  7 * DAY,
  14 * DAY,
  28 * DAY,
  56 * DAY,
  91 * DAY,
];

/** Round times of the zone's clock between `from` and `to`, at most `most` of them, and their distance. */
export function zoneTicks(from: number, to: number, most: number, zone: string): { times: number[]; step: number } {
  const step = STEPS.find((candidate) => (to - from) / candidate <= most) ?? 364 * DAY;
  const ahead = zoneOffset(from, zone);
  const times: number[] = [];
  for (let shown = Math.ceil((from + ahead) / step) * step; ; shown += step) {
    // Beside a change of the clock the distance differs by an hour.
    const time = shown - zoneOffset(shown - ahead, zone);
    if (time > to || times.length > 2 * most + 2) break;
    if (time >= from) times.push(time);
  }
  return { times, step };
}

/** A round distance (1, 2, 5 times a power of ten) and the bounds it gives. */
export function valueScale(low: number, high: number, most: number): { min: number; max: number; step: number } {
  const span = high - low;
  if (!(span > 0)) return { min: low < 0 ? -1 : 0, max: 1, step: 1 };
  const power = 10 ** Math.floor(Math.log10(span / most));
  const step = ([1, 2, 5, 10].find((factor) => (factor * power * most) / span >= 1) ?? 10) * power;
  const round = (value: number) => Number(value.toPrecision(12));
  return {
    min: round(Math.floor(low / step) * step),
    max: round(Math.ceil(high / step - 1e-9) * step),
    step: round(step),
  };
}
