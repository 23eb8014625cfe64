import { type PointerEvent, useMemo, useRef, useState } from "react";
import { useWidth } from "../parts/useWidth";
import { axisText, dateText } from "../time/format";
import { zoneTicks } from "./axis";
import type { Option } from "./engine";
import { type Paper, usePaper } from "./paper";
import type { ChartSeries } from "./series";
import { usePainted } from "./usePainted";

export interface HeatSpec {
  times: readonly number[];
  stepMs: number;
  series: readonly ChartSeries[];
  zone: string;
  show: (value: number) => string;
}
interface Props extends HeatSpec {
  title: string;
  onPick?: (key: string, at: { x: number; y: number }) => void;
}

const ROW_PX = 24;
const MARGIN = { top: 6, right: 14, bottom: 24, left: 190 };

/** From paper to one strong colour: also readable without seeing hues. */
function ramp(paper: Paper): string[] {
  return paper.dark ? ["#14262a", "#17605a", "#2dd4bf", "#e6fffa"] : ["#f4f8f8", "#9fd8cf", "#0f766e", "#062e2b"];
}

export function heatOption(spec: HeatSpec, paper: Paper, width: number): Option {
  const first = spec.times[0] ?? 0;
  const last = (spec.times.at(-1) ?? first) + spec.stepMs;
  const ticks = zoneTicks(first, last, Math.max(2, Math.floor((width - MARGIN.left) / 90)), spec.zone);
  const labelled = new Map(ticks.times.map((time) => [Math.round((time - first) / spec.stepMs), time]));
  const most = spec.series.reduce((high, one) => Math.max(high, ...one.values.map((value) => value ?? 0)), 0);
  return {
    animation: false,
    textStyle: { fontFamily: paper.font },
    grid: { ...MARGIN },
    xAxis: {
      type: "category",
      data: spec.times.map(String),
      axisTick: { show: false },
      axisLine: { lineStyle: { color: paper.line } },
      axisLabel: {
        color: paper.soft,
        fontSize: 11,
        interval: (i: number) => labelled.has(i),
        formatter: (_: string, i: number) => axisText(labelled.get(i) ?? first, spec.zone, ticks.step),
      },
    },
    yAxis: {
      type: "category",
      inverse: true,
      data: spec.series.map((one) => one.name),
      axisTick: { show: false },
      axisLine: { show: false },
      axisLabel: { color: paper.ink, fontSize: 11, width: MARGIN.left - 16, overflow: "truncate", interval: 0 },
    },
    visualMap: { show: false, min: 0, max: most || 1, inRange: { color: ramp(paper) } },
    series: [
      {
        type: "heatmap",
        silent: true,
        progressive: 0,
        data: spec.series.flatMap((one, y) => one.values.map((value, x) => [x, y, value ?? 0])),
      },
    ],
  };
}

/** Rows of keys over time, darker where there is more. */
export function HeatChart(props: Props) {
  const { title, times, stepMs, series, zone, show, onPick } = props;
  const [box, width] = useWidth<HTMLDivElement>(800);
  const host = useRef<HTMLDivElement>(null);
  const paper = usePaper();
  const height = MARGIN.top + MARGIN.bottom + Math.max(1, series.length) * ROW_PX;
  const option = useMemo(
    () => heatOption({ times, stepMs, series, zone, show }, paper, width),
    [times, stepMs, series, zone, show, paper, width],
  );
  usePainted(host, option, width, height);
  const [at, setAt] = useState<{ x: number; y: number; left: number; top: number } | null>(null);
  const place = (event: PointerEvent) => {
    const frame = event.currentTarget.getBoundingClientRect();
    const [left, top] = [event.clientX - frame.left, event.clientY - frame.top];
    const x = Math.floor(((left - MARGIN.left) / (width - MARGIN.left - MARGIN.right)) * times.length);
    const y = Math.floor((top - MARGIN.top) / ROW_PX);
    return x >= 0 && x < times.length && series[y] ? { x, y, left, top } : null;
  };
  const row = at && series[at.y];
  return (
    <div
      ref={box}
      className="relative w-full min-w-0"
      role="img"
      aria-label={`${title}. ${series.length} rows over ${times.length} steps; the figures are in the table.`}
      onPointerMove={(event) => setAt(place(event))}
      onPointerLeave={() => setAt(null)}
      onPointerUp={(event) => {
        const key = series[place(event)?.y ?? -1]?.key;
        if (key && onPick) onPick(key, { x: event.clientX, y: event.clientY });
      }}
    >
      <div ref={host} style={{ width, height }} aria-hidden="true" />
      {at && row && (
        <div
          className="legend pointer-events-none"
          style={
            at.left < width / 2 ? { left: at.left + 14, top: at.top } : { right: width - at.left + 14, top: at.top }
          }
        >
          <div className="font-semibold">{dateText(times[at.x] ?? 0, zone)}</div>
          {row.name} <b className="tabular-nums">{show(row.values[at.x] ?? 0)}</b>
        </div>
      )}
    </div>
  );
}
