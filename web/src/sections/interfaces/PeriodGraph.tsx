import { useMemo } from "react";
import type { FullAnswer } from "../../api/answer";
import { apiPath } from "../../api/client";
import { useLiveFeed } from "../../api/LiveFeed";
import { useApi } from "../../api/useApi";
import { usePaper } from "../../chart/paper";
import type { ChartSeries } from "../../chart/series";
import { TimeChart } from "../../chart/TimeChart";
import { Shown } from "../../parts/Shown";
import { bitsPerSecond, finePercent } from "../../text/units";
import {
  type CountersAnswer,
  compared,
  countersAt,
  differenceText,
  type Interface,
  type Period,
  type Side,
  seriesPath,
  sideOf,
} from "./interfaces";

interface Props {
  one: Interface;
  period: Period;
  zone: string;
  turn: number;
}

const EVERY_MS = 300_000;
const line = (value: number, length: number) => Array.from({ length }, () => value);

/** One of MRTG's four graphs: in above, out below, the 95th percentiles as dashed lines, the device's counters as dotted. */
export function PeriodGraph({ one, period, zone, turn }: Props) {
  const into = useApi<FullAnswer>(seriesPath(one, "in", period), { every: EVERY_MS, turn });
  const out = useApi<FullAnswer>(seriesPath(one, "out", period), { every: EVERY_MS, turn });
  const counted = useApi<CountersAnswer>(
    apiPath("/api/v1/interfaces/counters", {
      exporter: one.exporter,
      index: one.index,
      from: period.from,
      to: "now",
      resolution: period.resolution,
    }),
    { every: EVERY_MS, turn },
  ).data;
  const paper = usePaper();
  const since = useLiveFeed().exporters?.oldest ?? null;
  const shaped = useMemo(() => {
    const a = sideOf(into.data, since);
    const b = sideOf(out.data, since);
    const countersIn = countersAt(counted, a.times, "in");
    const countersOut = countersAt(counted, a.times, "out");
    const [first, second] = paper.dark ? ["#2dd4bf", "#a5a0f0"] : ["#0f766e", "#4f46a5"];
    const series: ChartSeries[] = [
      { key: "in", name: "in", colour: first, values: a.values },
      { key: "out", name: "out", colour: second, values: b.values, below: true },
      { key: "in95", name: "in, 95 %", colour: paper.bad, values: line(a.p95, a.times.length), dashed: true },
      {
        key: "out95",
        name: "out, 95 %",
        colour: paper.bad,
        values: line(b.p95, a.times.length),
        dashed: true,
        below: true,
      },
    ];
    if (countersIn.some((value) => value !== null)) {
      series.push(
        { key: "counted-in", name: "in, counted by the router", colour: paper.ink, values: countersIn, dashed: true },
        {
          key: "counted-out",
          name: "out, counted by the router",
          colour: paper.ink,
          values: countersOut,
          dashed: true,
          below: true,
        },
      );
    }
    return { a, b, series, beside: { in: compared(a.values, countersIn), out: compared(b.values, countersOut) } };
  }, [into.data, out.data, counted, paper, since]);
  return (
    <section className="card min-w-0 px-3 py-2" aria-label={period.title}>
      <h2 className="font-semibold">{period.title}</h2>
      <Shown
        api={into.problem ? into : out}
        tall="min-h-52"
        isEmpty={() => into.data !== undefined && shaped.a.max === 0 && shaped.b.max === 0}
        empty="No traffic of this interface is kept for this time."
      >
        {() => (
          <>
            <TimeChart
              title={`Traffic of the ${period.name}`}
              times={shaped.a.times}
              stepMs={shaped.a.stepMs}
              series={shaped.series}
              kind="stack"
              show={bitsPerSecond}
              zone={zone}
              height={190}
            />
            <div className="overflow-x-auto">
              <Figures a={shaped.a} b={shaped.b} speed={one.speed_bps} beside={shaped.beside} />
            </div>
          </>
        )}
      </Shown>
    </section>
  );
}

type Beside = ReturnType<typeof compared>;

function Figures({
  a,
  b,
  speed,
  beside,
}: {
  a: Side;
  b: Side;
  speed: number | null;
  beside: { in: Beside; out: Beside };
}) {
  const has = beside.in !== null || beside.out !== null;
  const cell = (value: number) => (
    <td className="pl-3 text-right whitespace-nowrap tabular-nums">
      {bitsPerSecond(value)}
      {speed ? <span className="text-xs text-soft"> {finePercent(value / speed)}</span> : null}
    </td>
  );
  const head = (text: string) => (
    <th scope="col" className="pl-3 text-right font-normal whitespace-nowrap text-soft">
      {text}
    </th>
  );
  return (
    <table className="mt-1 w-full">
      <thead>
        <tr>
          <th scope="col" className="text-left font-normal text-soft">
            Direction
          </th>
          {head("Max")}
          {head("Average")}
          {head("Current")}
          {head("95 %")}
          {has && head("Router counted")}
          {has && head("Difference")}
        </tr>
      </thead>
      <tbody>
        {(["in", "out"] as const).map((way) => {
          const side = way === "in" ? a : b;
          return (
            <tr key={way}>
              <th scope="row" className="text-left font-normal whitespace-nowrap">
                <span className={`swatch mr-1.5 ${way === "in" ? "bg-brand" : "bg-second"}`} />
                {way === "in" ? "In" : "Out"}
              </th>
              {cell(side.max)}
              {cell(side.avg)}
              {cell(side.current)}
              {cell(side.p95)}
              {has && cell(beside[way]?.counters ?? 0)}
              {has && (
                <td className="pl-3 text-right whitespace-nowrap">{differenceText(beside[way]?.difference ?? null)}</td>
              )}
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}
