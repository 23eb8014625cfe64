// Axes: round steps, and where a value lies.

/** Steps of 1, 2 or 5 times a power of ten, so that at most `most` of them reach over `top`. Always starts at 0. */
export function ticks(top: number, most: number): number[] {
  if (!(top > 0)) return [0, 1];
  const rough = top / most;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = ([1, 2, 5, 10].find((factor) => factor * power >= rough) ?? 10) * power;
  const out: number[] = [];
  for (let i = 0; i <= Math.ceil(top / step - 1e-9); i++) out.push(Number((i * step).toPrecision(12)));
  return out;
}

const TIME_STEPS = [10e3, 30e3, 60e3, 120e3, 300e3, 600e3, 1800e3, 3600e3, 7200e3, 14400e3, 21600e3, 43200e3, 86400e3];

/** Round times of the reader's clock between `from` and `to`. */
export function timeTicks(from: number, to: number, most: number): number[] {
  const step = TIME_STEPS.find((candidate) => (to - from) / candidate <= most) ?? 86400e3;
  const zone = new Date(to).getTimezoneOffset() * 60_000;
  const out: number[] = [];
  for (let time = Math.ceil((from - zone) / step) * step + zone; time <= to; time += step) out.push(time);
  return out;
}

export interface Point {
  x: number;
  y: number;
}

/** An SVG path through the points; two digits behind the point are finer than any screen. */
export function linePath(points: Point[]): string {
  return points.map(({ x, y }, i) => `${i === 0 ? "M" : "L"}${x.toFixed(2)} ${y.toFixed(2)}`).join("");
}

/** The same, closed along `bottom`. */
export function areaPath(points: Point[], bottom: number): string {
  const first = points[0];
  const last = points.at(-1);
  if (!first || !last) return "";
  return `${linePath(points)}L${last.x.toFixed(2)} ${bottom}L${first.x.toFixed(2)} ${bottom}Z`;
}
