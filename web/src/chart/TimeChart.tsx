import { type KeyboardEvent, type PointerEvent, useMemo, useRef, useState } from "react";
import { useWidth } from "../parts/useWidth";
import { dateText } from "../time/format";
import type { Option } from "./engine";
import { usePaper } from "./paper";
import { type ChartKind, type ChartSeries, indexAt, type Mark, readings, seriesAt, summary } from "./series";
import { type Frame, frameOf, type TimeSpec, timeOption } from "./timeOption";
import { usePainted } from "./usePainted";

export interface TimeChartProps {
  /** What it shows, for those who do not see it. */
  title: string;
  /** The start of each step, ascending. */
  times: readonly number[];
  stepMs: number;
  /** Stacked from the first one up. */
  series: readonly ChartSeries[];
  kind: ChartKind;
  /** A value with its unit. */
  show: (value: number) => string;
  /** The name of a time zone, not "local". */
  zone: string;
  height?: number;
  marks?: readonly Mark[];
  /** The highest value of the axis, where several charts share it. */
  highest?: number;
  chosen?: string | null;
  /** The reader dragged over a span. */
  onZoom?: (from: number, to: number) => void;
  /** The reader clicked a series; `at` is where, in the window. */
  onPick?: (key: string, at: { x: number; y: number }) => void;
  /** Fewer words in the legend under the pointer. */
  compact?: boolean;
  /** Gets the option as painted, for pictures to save. */
  onOption?: (option: Option) => void;
}

const NO_MARKS: readonly Mark[] = [];
const DRAG_PX = 6;

/** Values over time: stacked areas, lines or bars, drawn on a canvas; reading, zoom and choice are the page's own. */
export function TimeChart(props: TimeChartProps) {
  const { times, stepMs, series, kind, show, zone, height = 300, marks = NO_MARKS, highest } = props;
  // Bringing one out paints all of them again, which takes too long when there are many.
  const chosen = series.length > 60 ? null : (props.chosen ?? null);
  const [box, width] = useWidth<HTMLDivElement>(800);
  const host = useRef<HTMLDivElement>(null);
  const paper = usePaper();
  const spec = useMemo<TimeSpec>(
    () => ({ times, stepMs, series, kind, marks, zone, show, highest, width, height, chosen }),
    [times, stepMs, series, kind, marks, zone, show, highest, width, height, chosen],
  );
  const option = useMemo(() => timeOption(spec, paper), [spec, paper]);
  const frame = useMemo(() => frameOf(spec), [spec]);
  usePainted(host, option, width, height);
  const pointing = usePointing(props, frame, width);
  return (
    <div
      ref={box}
      className="relative w-full min-w-0 touch-pan-y select-none"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: the arrow keys move the reading
      tabIndex={0}
      role="img"
      aria-label={`${summary(props.title, series, show)}. Arrow keys read the values.`}
      {...pointing.handlers}
    >
      <div ref={host} style={{ width, height }} aria-hidden="true" />
      <Overlay {...props} frame={frame} width={width} pointing={pointing} />
    </div>
  );
}

interface Pointing {
  i: number | null;
  here: string | null;
  x: number;
  drag: { from: number; to: number } | null;
  handlers: Record<string, unknown>;
}

function usePointing(props: TimeChartProps, frame: Frame, width: number): Pointing {
  const { times, series, kind, onZoom, onPick } = props;
  const [at, setAt] = useState<{ i: number; here: string | null } | null>(null);
  const [drag, setDrag] = useState<{ from: number; to: number } | null>(null);
  const span = Math.max(1, frame.right - frame.left);
  const timeOf = (x: number) =>
    frame.from + (Math.min(span, Math.max(0, x - frame.left)) / span) * (frame.to - frame.from);
  const placeOf = (event: PointerEvent) => {
    const box = event.currentTarget.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  };
  const read = ({ x, y }: { x: number; y: number }) => {
    const i = indexAt(times, timeOf(x) - (kind === "bars" ? props.stepMs / 2 : 0));
    if (i === null) return null;
    const value = frame.max - ((y - frame.top) / Math.max(1, frame.bottom - frame.top)) * (frame.max - frame.min);
    return { i, here: seriesAt(series, kind, i, value)?.key ?? null };
  };
  const handlers = {
    onPointerMove: (event: PointerEvent) => {
      const place = placeOf(event);
      if (drag) setDrag({ ...drag, to: place.x });
      setAt(read(place));
    },
    onPointerLeave: () => !drag && setAt(null),
    onPointerDown: (event: PointerEvent) => {
      if (event.button !== 0 || event.pointerType === "touch") return;
      event.currentTarget.setPointerCapture(event.pointerId);
      const { x } = placeOf(event);
      setDrag({ from: x, to: x });
    },
    onPointerUp: (event: PointerEvent) => {
      const place = placeOf(event);
      const moved = drag ? Math.abs(place.x - drag.from) : 0;
      setDrag(null);
      if (drag && moved >= DRAG_PX) {
        const [from, to] = [timeOf(Math.min(drag.from, place.x)), timeOf(Math.max(drag.from, place.x))];
        if (to - from >= 1000) onZoom?.(from, to);
        return;
      }
      const here = read(place)?.here;
      if (here && onPick) onPick(here, { x: event.clientX, y: event.clientY });
    },
    onPointerCancel: () => setDrag(null),
    onKeyDown: (event: KeyboardEvent) => {
      const step = event.key === "ArrowLeft" ? -1 : event.key === "ArrowRight" ? 1 : 0;
      if (step !== 0 && times.length > 0) {
        event.preventDefault();
        const i = Math.min(times.length - 1, Math.max(0, (at?.i ?? (step > 0 ? -1 : times.length)) + step));
        setAt({ i, here: null });
      }
      if (event.key === "Escape") setAt(null);
    },
    onBlur: () => setAt(null),
  };
  const i = at !== null && at.i < times.length ? at.i : null;
  const time = i === null ? frame.from : (times[i] ?? frame.from) + (kind === "bars" ? props.stepMs / 2 : 0);
  const x = Math.min(width, frame.left + ((time - frame.from) / Math.max(1, frame.to - frame.from)) * span);
  return { i, here: at?.here ?? null, x, drag, handlers };
}

function Overlay(props: TimeChartProps & { frame: Frame; width: number; pointing: Pointing }) {
  const { frame, pointing, width } = props;
  const { i, x, drag } = pointing;
  const top = frame.top;
  const tall = frame.bottom - frame.top;
  const dragged = drag !== null && Math.abs(drag.to - drag.from) >= DRAG_PX;
  return (
    <div className="pointer-events-none absolute inset-0">
      {i !== null && <div className="absolute w-px bg-soft" style={{ left: x, top, height: tall }} />}
      {dragged && drag && props.onZoom && (
        <div
          className="absolute border-x border-brand bg-brand/20"
          style={{ left: Math.min(drag.from, drag.to), width: Math.abs(drag.to - drag.from), top, height: tall }}
        />
      )}
      {i !== null && !dragged && (
        <Legend
          {...props}
          i={i}
          left={x < width / 2 ? x + 12 : undefined}
          right={x < width / 2 ? undefined : width - x + 12}
        />
      )}
    </div>
  );
}

function Legend(
  props: TimeChartProps & { pointing: Pointing; i: number; left: number | undefined; right: number | undefined },
) {
  const { i, times, series, show, zone, compact, marks = NO_MARKS, stepMs } = props;
  const time = times[i] ?? 0;
  const { shown, left } = readings(series, i, props.pointing.here, compact ? 3 : 10);
  const near = marks.filter((mark) => mark.from < time + stepMs && (mark.to ?? mark.from + stepMs) > time);
  return (
    <div className="legend" style={{ left: props.left, right: props.right }} role="status">
      <div className="font-semibold">{dateText(time, zone, { seconds: stepMs < 60_000 })}</div>
      {near.map((mark) => (
        <div key={mark.text} className={mark.tone === "bad" ? "text-bad" : "text-warn"}>
          {mark.text}
        </div>
      ))}
      {shown.map((one) => (
        <div
          key={`${one.name}${one.below}${one.dashed}`}
          className={`flex items-baseline gap-2 ${one.here ? "font-semibold" : ""}`}
        >
          <span className="swatch" style={{ background: one.colour }} />
          <span className="max-w-56 grow truncate">
            {one.below ? "↓ " : ""}
            {one.name}
          </span>
          <span className="tabular-nums">{one.value === null ? "unknown" : show(one.value)}</span>
        </div>
      ))}
      {left > 0 && <div className="text-soft">and {left} more</div>}
    </div>
  );
}
