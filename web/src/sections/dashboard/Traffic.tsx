import { useMemo } from "react";
import { useLocation } from "wouter";
import { bitRates, type FullAnswer, queryPath, stepOf, withoutUnfinished } from "../../api/answer";
import { useApi } from "../../api/useApi";
import { usePaper } from "../../chart/paper";
import type { ChartSeries } from "../../chart/series";
import { TimeChart } from "../../chart/TimeChart";
import { useMarks } from "../../chart/useMarks";
import { Shown } from "../../parts/Shown";
import { bitsPerSecond, change } from "../../text/units";
import { absolute } from "../../time/range";
import { useTime } from "../../time/useTime";
import { readable } from "../../url/params";

const STEPS: Record<string, string> = { "-15m": "30s", "-1h": "1m", "-6h": "5m", "-24h": "5m", "-7d": "1h" };
const WAYS = [
  { direction: "in", name: "in", below: false },
  { direction: "out", name: "out", below: true },
] as const;

/** Rates in and out with those of a day (of long ranges: a week) before as dashed lines. */
export function trafficSeries(
  answer: FullAnswer,
  colours: { in: string; out: string; before: string; unknown: string },
) {
  const stepMs = stepOf(answer);
  const all = (answer.total.series ?? []).map((step) => step.time);
  const times = withoutUnfinished(all, all, stepMs, answer.to);
  const series: ChartSeries[] = [];
  const rowOf = (direction: string) => answer.rows.find((row) => (row.direction ?? "") === direction);
  const figures: { name: string; now: number; before: number | null }[] = [];
  for (const { direction, name, below } of WAYS) {
    const row = rowOf(direction);
    if (!row) continue;
    const values = bitRates(row.series, stepMs, answer.from, answer.to).slice(0, times.length);
    series.push({ key: direction, name, colour: colours[direction], values, below });
    const past = row.previous
      ? bitRates(row.previous.series, stepMs, answer.from, answer.to).slice(0, times.length)
      : [];
    // Before the first that was kept nothing is known; that is no zero. The first itself is only partly known.
    const first = past.findIndex((value) => value > 0);
    const known = first === 0 || (first > 0 && first < past.length - 1);
    if (known)
      series.push({
        key: `${direction} before`,
        name: `${name}, before`,
        colour: colours.before,
        values: past.map((value, i) => (i < first || (i === first && i > 0) ? null : value)),
        below,
        dashed: true,
      });
    figures.push({ name, now: values.at(-1) ?? 0, before: known ? (past.at(-1) ?? 0) : null });
  }
  const unknown = rowOf("");
  if (unknown && unknown.bytes > 0)
    series.push({
      key: "unknown",
      name: "unknown direction",
      colour: colours.unknown,
      values: bitRates(unknown.series, stepMs, answer.from, answer.to).slice(0, times.length),
    });
  return { times, stepMs, series, figures };
}

export function Traffic({ range, filter }: { range: string; filter: string }) {
  const paper = usePaper();
  const { zoneId } = useTime();
  const [, go] = useLocation();
  const long = range === "-7d";
  const api = useApi<FullAnswer>(
    queryPath({
      by: "direction",
      filter,
      from: range,
      to: "now",
      resolution: STEPS[range] ?? "auto",
      top: 3,
      compare: long ? "7d" : "1d",
    }),
    { every: 60_000 },
  );
  const marks = useMarks(api.data?.from ?? null, api.data?.to ?? null);
  const shaped = useMemo(() => {
    if (!api.data) return null;
    const [first, second] = paper.dark ? ["#2dd4bf", "#a5a0f0"] : ["#0f766e", "#4f46a5"];
    return trafficSeries(api.data, { in: first, out: second, before: paper.ink, unknown: paper.soft });
  }, [api.data, paper]);
  return (
    <Shown api={api} tall="min-h-60" isEmpty={(answer) => answer.total.bytes === 0} empty="No traffic in this time.">
      {() =>
        shaped && (
          <>
            <p className="flex flex-wrap gap-x-5">
              {shaped.figures.map(({ name, now, before }) => (
                <span key={name}>
                  <span className={`swatch mr-1.5 ${name === "in" ? "bg-brand" : "bg-second"}`} />
                  {name} <b className="font-semibold tabular-nums">{bitsPerSecond(now)}</b>{" "}
                  <span className="text-soft">
                    {before === null
                      ? `nothing is known of ${long ? "the week" : "the day"} before`
                      : `${change(now, before)} against ${long ? "a week ago" : "yesterday"}`}
                  </span>
                </span>
              ))}
            </p>
            <TimeChart
              title="Traffic in and out of the network"
              times={shaped.times}
              stepMs={shaped.stepMs}
              series={shaped.series}
              kind="stack"
              show={bitsPerSecond}
              zone={zoneId}
              height={250}
              marks={marks}
              onZoom={(from, to) =>
                go(
                  `/explore${readable(new URLSearchParams({ ...absolute(from, to), by: "direction", ...(filter ? { filter } : {}) }))}`,
                )
              }
            />
          </>
        )
      }
    </Shown>
  );
}
