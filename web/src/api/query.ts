// GET /api/v1/query: what the page asks of it.
import type { Series } from "../parts/Graph";

interface Sums {
  bytes: number;
  packets: number;
  flows: number;
}
interface Bucket extends Sums {
  time: number;
}
export interface QueryAnswer {
  rows: (Sums & { direction: string | null; series?: Bucket[] })[];
  total: Sums & { series?: Bucket[] };
}

export function dayPath(): string {
  return "/api/v1/query?by=direction&metric=bytes&from=-24h&to=now&resolution=5m&top=3";
}

/** Bits a second in, out and of unknown direction, of an answer by direction. */
export function directionSeries(answer: QueryAnswer, stepMs: number): { times: number[]; series: Series[] } {
  const times = (answer.total.series ?? []).map((bucket) => bucket.time);
  const of = (direction: string | null) => answer.rows.find((row) => (row.direction || null) === direction);
  const values = (row: QueryAnswer["rows"][number]) =>
    (row.series ?? []).map((bucket) => (bucket.bytes * 8000) / stepMs);
  const series: Series[] = [];
  const into = of("in");
  const out = of("out");
  const unknown = of(null);
  if (into) series.push({ name: "in", colour: "brand", values: values(into) });
  if (out) series.push({ name: "out", colour: "second", values: values(out) });
  if (unknown)
    series.push({ name: into || out ? "unknown direction" : "all", colour: "soft", values: values(unknown) });
  // The last step has only begun; its mean would look like a fall.
  return { times: times.slice(0, -1), series: series.map((one) => ({ ...one, values: one.values.slice(0, -1) })) };
}
