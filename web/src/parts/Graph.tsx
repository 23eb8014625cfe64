import { useId, useState } from "react";
import { clock } from "../text/units";
import { areaPath, linePath, type Point, ticks, timeTicks } from "./scale";
import { useWidth } from "./useWidth";

export interface Series {
  name: string;
  /** The theme's colours: "brand", "second" or "soft". */
  colour: "brand" | "second" | "soft";
  values: (number | null)[];
}

interface Props {
  title: string;
  /** The start of each step, ascending. */
  times: number[];
  /** The range of the time axis; may reach further than the points do. */
  from: number;
  to: number;
  series: Series[];
  /** How a value is shown, with its unit. */
  show: (value: number) => string;
  height?: number;
  /** From here on values are still growing: drawn paler, and said so. */
  incompleteFrom?: number;
  seconds?: boolean;
}

const MARGIN = { top: 10, right: 8, bottom: 22, left: 76 };
const STROKE = { brand: "stroke-brand", second: "stroke-second", soft: "stroke-soft" };
const FILL = { brand: "fill-brand", second: "fill-second", soft: "fill-soft" };
const TEXT = { brand: "text-brand", second: "text-second", soft: "text-soft" };

/** Values over time as lines, with a reading under the pointer, and the same in words for those who do not see it. */
export function Graph({ title, times, from, to, series, show, height = 190, incompleteFrom, seconds = false }: Props) {
  const [box, width] = useWidth<HTMLDivElement>(640);
  const [at, setAt] = useState<number | null>(null);
  const clip = useId();

  const inner = {
    width: Math.max(40, width - MARGIN.left - MARGIN.right),
    height: height - MARGIN.top - MARGIN.bottom,
  };
  const bottom = MARGIN.top + inner.height;
  const largest = Math.max(0, ...series.flatMap((one) => one.values.filter((value) => value !== null)));
  const yTicks = ticks(largest, 4);
  const top = yTicks.at(-1) ?? 1;
  const x = (time: number) => MARGIN.left + ((time - from) / Math.max(1, to - from)) * inner.width;
  const y = (value: number) => bottom - (value / top) * inner.height;
  // A label that would be cut off at the edge is left out.
  const timeLabels = timeTicks(from, to, Math.max(2, Math.floor(inner.width / 90))).filter(
    (time) => x(time) < width - 18,
  );
  const stepMs = (timeLabels[1] ?? 0) - (timeLabels[0] ?? 0);
  const reading = at === null || at >= times.length ? null : at;

  const follow = (clientX: number, left: number) => {
    const wanted = from + ((clientX - left - MARGIN.left) / inner.width) * (to - from);
    let nearest: number | null = null;
    times.forEach((time, i) => {
      if (nearest === null || Math.abs(time - wanted) < Math.abs((times[nearest] ?? 0) - wanted)) nearest = i;
    });
    setAt(nearest);
  };
  const step = (by: number) => {
    if (times.length === 0) return;
    setAt((before) => Math.min(times.length - 1, Math.max(0, (before ?? times.length - 1) + by)));
  };

  return (
    <figure className="m-0 min-w-0">
      <figcaption className="flex flex-wrap items-baseline justify-between gap-x-4 gap-y-1 pb-1">
        <span className="font-semibold">{title}</span>
        <Reading
          series={series}
          reading={reading}
          time={reading === null ? null : (times[reading] ?? null)}
          show={show}
          seconds={seconds}
        />
      </figcaption>
      <div
        ref={box}
        className="relative w-full min-w-0 overflow-hidden rounded"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: the arrow keys move the reading
        tabIndex={0}
        role="img"
        aria-label={summary(title, series, show)}
        onKeyDown={(event) => {
          if (event.key === "ArrowLeft") step(-1);
          if (event.key === "ArrowRight") step(1);
          if (event.key === "Escape") setAt(null);
        }}
        onPointerMove={(event) => follow(event.clientX, event.currentTarget.getBoundingClientRect().left)}
        onPointerLeave={() => setAt(null)}
      >
        <svg width={width} height={height} className="block text-xs" aria-hidden="true">
          <clipPath id={clip}>
            <rect x={MARGIN.left} y={0} width={inner.width} height={bottom + 1} />
          </clipPath>
          {yTicks.map((tick) => (
            <g key={tick}>
              <line x1={MARGIN.left} x2={MARGIN.left + inner.width} y1={y(tick)} y2={y(tick)} className="stroke-line" />
              <text x={MARGIN.left - 8} y={y(tick)} dy="0.32em" textAnchor="end" className="fill-soft tabular-nums">
                {show(tick)}
              </text>
            </g>
          ))}
          {timeLabels.map((time) => (
            <text key={time} x={x(time)} y={height - 5} textAnchor="middle" className="fill-soft tabular-nums">
              {clock(time, stepMs > 0 && stepMs < 60_000)}
            </text>
          ))}
          <g clipPath={`url(#${clip})`}>
            {series.map((one) => (
              <Line key={one.name} series={one} times={times} x={x} y={y} bottom={bottom} />
            ))}
            {incompleteFrom !== undefined && incompleteFrom < to && (
              <rect
                x={x(incompleteFrom)}
                y={MARGIN.top}
                width={Math.max(0, x(to) - x(incompleteFrom))}
                height={inner.height}
                className="fill-card opacity-60"
              />
            )}
          </g>
          {reading !== null && (
            <g>
              <line
                x1={x(times[reading] ?? 0)}
                x2={x(times[reading] ?? 0)}
                y1={MARGIN.top}
                y2={bottom}
                className="stroke-soft"
                strokeDasharray="3 3"
              />
              {series.map((one) => {
                const value = one.values[reading];
                return value == null ? null : (
                  <circle
                    key={one.name}
                    cx={x(times[reading] ?? 0)}
                    cy={y(value)}
                    r={3.5}
                    className={FILL[one.colour]}
                  />
                );
              })}
            </g>
          )}
        </svg>
      </div>
    </figure>
  );
}

/** Unknown values leave a gap; the line is never drawn across one. */
export function segments(values: (number | null)[], place: (value: number, i: number) => Point): Point[][] {
  const out: Point[][] = [];
  let current: Point[] = [];
  values.forEach((value, i) => {
    if (value !== null) {
      current.push(place(value, i));
    } else if (current.length > 0) {
      out.push(current);
      current = [];
    }
  });
  if (current.length > 0) out.push(current);
  return out;
}

function Line(props: {
  series: Series;
  times: number[];
  x: (time: number) => number;
  y: (value: number) => number;
  bottom: number;
}) {
  const { series, times, x, y, bottom } = props;
  return segments(series.values, (value, i) => ({ x: x(times[i] ?? 0), y: y(value) })).map((points) => (
    <g key={points[0]?.x}>
      <path d={areaPath(points, bottom)} className={`${FILL[series.colour]} opacity-12`} />
      <path
        d={linePath(points)}
        fill="none"
        strokeWidth={1.75}
        strokeLinejoin="round"
        className={STROKE[series.colour]}
      />
    </g>
  ));
}

function Reading(props: {
  series: Series[];
  reading: number | null;
  time: number | null;
  show: (value: number) => string;
  seconds: boolean;
}) {
  const { series, reading, time, show, seconds } = props;
  return (
    <span className="flex flex-wrap gap-x-4 text-sm tabular-nums text-soft">
      {time !== null && <span>{clock(time, seconds)}</span>}
      {series.map((one) => {
        const value = reading === null ? undefined : one.values[reading];
        return (
          <span key={one.name} className="whitespace-nowrap">
            <span aria-hidden="true" className={`${TEXT[one.colour]} pr-1`}>
              &#9632;
            </span>
            {one.name}
            {reading !== null && (
              <b className="pl-1 font-semibold text-ink">{value == null ? "unknown" : show(value)}</b>
            )}
          </span>
        );
      })}
    </span>
  );
}

function summary(title: string, series: Series[], show: (value: number) => string): string {
  const parts = series.map((one) => {
    const known = one.values.filter((value) => value !== null);
    if (known.length === 0) return `${one.name}: nothing yet`;
    const last = known.at(-1) ?? 0;
    return `${one.name}: now ${show(last)}, highest ${show(Math.max(...known))}, lowest ${show(Math.min(...known))}`;
  });
  return `${title}. ${parts.join(". ")}`;
}
