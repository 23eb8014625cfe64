// A chart over time as an option of the engine.
import { axisText } from "../time/format";
import { valueScale, zoneTicks } from "./axis";
import type { Option } from "./engine";
import type { Paper } from "./paper";
import { type ChartKind, type ChartSeries, extent, type Mark } from "./series";

export const MARGIN = { top: 12, right: 14, bottom: 24, left: 84 };

export interface TimeSpec {
  times: readonly number[];
  stepMs: number;
  series: readonly ChartSeries[];
  kind: ChartKind;
  marks: readonly Mark[];
  zone: string;
  /** A value of the axis with its unit. */
  show: (value: number) => string;
  /** The highest value of the axis, where several charts share it. */
  highest?: number | undefined;
  width: number;
  height: number;
  /** The series to bring out; the others fade. */
  chosen?: string | null;
}

export interface Frame {
  from: number;
  to: number;
  min: number;
  max: number;
  left: number;
  right: number;
  top: number;
  bottom: number;
}

/** Where the chart's rectangle lies, and what it spans: to tell pixels from times and values. */
export function frameOf(spec: TimeSpec): Frame & { step: number } {
  const { low, high } = extent(spec.series, spec.kind);
  const scale = valueScale(low, Math.max(high, spec.highest ?? 0), spec.height < 160 ? 2 : low < 0 ? 6 : 4);
  const first = spec.times[0] ?? 0;
  const last = spec.times.at(-1) ?? first;
  // Bars need their own width; areas begin and end at their first and last point.
  const to = spec.kind === "bars" || last === first ? last + spec.stepMs : last;
  return {
    from: first,
    to,
    ...scale,
    left: MARGIN.left,
    right: spec.width - MARGIN.right,
    top: MARGIN.top,
    bottom: spec.height - MARGIN.bottom,
  };
}

export function timeOption(spec: TimeSpec, paper: Paper): Option {
  const frame = frameOf(spec);
  const room = frame.right - frame.left;
  const ticks = zoneTicks(frame.from, frame.to, Math.max(2, Math.floor(room / 90)), spec.zone);
  const faded = (key: string) => spec.chosen != null && spec.chosen !== key;
  return {
    animation: false,
    textStyle: { fontFamily: paper.font },
    grid: { ...MARGIN, containLabel: false },
    xAxis: {
      type: "value",
      min: frame.from,
      max: frame.to,
      splitLine: { show: false },
      axisLine: { lineStyle: { color: paper.line }, onZero: true },
      axisTick: { show: true, customValues: ticks.times, lineStyle: { color: paper.line } },
      axisLabel: {
        color: paper.soft,
        fontSize: 11,
        customValues: ticks.times,
        formatter: (time: number) => axisText(time, spec.zone, ticks.step),
        hideOverlap: true,
      },
    },
    yAxis: {
      type: "value",
      min: frame.min,
      max: frame.max,
      interval: frame.step,
      axisLabel: { color: paper.soft, fontSize: 11, formatter: (value: number) => spec.show(Math.abs(value)) },
      splitLine: { lineStyle: { color: paper.line, opacity: 0.7 } },
    },
    series: spec.series.map((one, i) => ({
      ...shapeOf(one, spec, room, paper),
      data: one.values.map((value, at) => [spec.times[at], value === null ? null : one.below ? -value : value]),
      itemStyle: { color: one.colour, opacity: faded(one.key) ? 0.25 : 1 },
      silent: true,
      emphasis: { disabled: true },
      z: one.dashed ? 3 : 2,
      ...(i === 0 ? markOption(spec.marks, paper) : {}),
    })),
  };
}

function shapeOf(one: ChartSeries, spec: TimeSpec, room: number, paper: Paper): Option {
  const faded = spec.chosen != null && spec.chosen !== one.key;
  if (one.dashed) {
    return { type: "line", showSymbol: false, lineStyle: { color: one.colour, width: 1.5, type: [5, 4] } };
  }
  const stack = one.below ? "below" : "above";
  if (spec.kind === "bars") {
    const width = Math.max(1, (room / Math.max(1, spec.times.length)) * 0.84);
    return { type: "bar", stack, barWidth: width, barGap: "-100%" };
  }
  if (spec.kind === "lines") {
    const width = spec.chosen === one.key ? 2.5 : 1.5;
    return {
      type: "line",
      showSymbol: spec.times.length === 1,
      lineStyle: { color: one.colour, width, opacity: faded ? 0.25 : 1 },
    };
  }
  return {
    type: "line",
    stack,
    showSymbol: spec.times.length === 1,
    // A hair of the paper's colour keeps neighbours apart whatever their colours look like.
    lineStyle: { color: paper.card, width: spec.series.length > 60 ? 0 : 0.75 },
    areaStyle: { color: one.colour, opacity: faded ? 0.22 : 0.92 },
  };
}

function markOption(marks: readonly Mark[], paper: Paper): Option {
  if (marks.length === 0) return {};
  const colour = (mark: Mark) => (mark.tone === "bad" ? paper.bad : mark.tone === "warn" ? paper.warn : paper.brand);
  return {
    markLine: {
      symbol: "none",
      silent: true,
      animation: false,
      label: { show: false },
      data: marks.map((mark) => ({ xAxis: mark.from, lineStyle: { color: colour(mark), type: "solid", width: 1.5 } })),
    },
    markArea: {
      silent: true,
      data: marks
        .filter((mark) => mark.to !== undefined)
        .map((mark) => [{ xAxis: mark.from, itemStyle: { color: colour(mark), opacity: 0.14 } }, { xAxis: mark.to }]),
    },
  };
}
