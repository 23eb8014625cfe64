import { useMemo } from "react";
import { HeatChart } from "../../chart/HeatChart";
import { SankeyChart } from "../../chart/SankeyChart";
import type { ChartSeries, Mark } from "../../chart/series";
import { TimeChart } from "../../chart/TimeChart";
import { coloursOf } from "../../colour/palette";
import { Notice } from "../../parts/Shown";
import { useDark } from "../../theme";
import { absolute } from "../../time/range";
import type { Time } from "../../time/useTime";
import type { State } from "./question";
import { flowOf, type Shaped } from "./shape";
import { shown } from "./units";

export interface Place {
  x: number;
  y: number;
}
interface Props {
  state: State;
  shaped: Shaped;
  series: readonly ChartSeries[];
  marks: readonly Mark[];
  time: Time;
  chosen: string | null;
  onPickRow: (key: string, at: Place) => void;
  onPickValue: (column: string, value: string | number | null, at: Place) => void;
}

export function ExploreView(props: Props) {
  const { state, shaped, series, marks, time, chosen, onPickRow } = props;
  const show = shown(shaped.unit);
  const zoom = (from: number, to: number) => time.setRange(absolute(from, to));
  const title = `Traffic by ${shaped.by.join(", ") || "nothing, the total"}`;
  if (state.view === "table") return null;
  if (state.view === "sankey") return <Sankey {...props} title={title} />;
  const common = { times: shaped.times, stepMs: shaped.stepMs, zone: time.zoneId, show };
  if (state.view === "heatmap") {
    return (
      <HeatChart
        {...common}
        title={title}
        series={series.filter((one) => !one.below && !one.dashed)}
        onPick={onPickRow}
      />
    );
  }
  if (state.view === "small") return <Small {...props} onZoom={zoom} />;
  return (
    <TimeChart
      {...common}
      title={title}
      series={series}
      kind={state.view}
      marks={marks}
      chosen={chosen}
      height={340}
      onZoom={zoom}
      onPick={onPickRow}
    />
  );
}

/** One small chart for each row, each with an axis of its own unless all should have the same. */
function Small({
  state,
  shaped,
  series,
  marks,
  time,
  onPickRow,
  onZoom,
}: Props & { onZoom: (from: number, to: number) => void }) {
  const charts = useMemo(() => {
    const up = series.filter((one) => !one.below && !one.dashed).slice(0, 60);
    return up.map((one) => ({ one, series: series.filter((other) => other.key === one.key) }));
  }, [series]);
  const highest = !state.same
    ? undefined
    : Math.max(0, ...charts.flatMap(({ one }) => one.values.map((value) => value ?? 0)));
  return (
    <div className="grid gap-2 sm:grid-cols-2 xl:grid-cols-3">
      {charts.map(({ one, series: its }) => (
        <div key={one.key} className="min-w-0 rounded border border-line p-1">
          <div className="flex items-baseline gap-1.5 px-1">
            <span className="swatch" style={{ background: one.colour }} />
            <span className="truncate font-semibold">{one.name}</span>
          </div>
          <TimeChart
            title={one.name}
            times={shaped.times}
            stepMs={shaped.stepMs}
            zone={time.zoneId}
            show={shown(shaped.unit)}
            series={its}
            kind="stack"
            marks={marks}
            height={120}
            {...(highest === undefined ? {} : { highest })}
            compact
            onZoom={onZoom}
            onPick={onPickRow}
          />
        </div>
      ))}
    </div>
  );
}

function Sankey({ shaped, title, onPickValue }: Props & { title: string }) {
  const dark = useDark();
  const { by } = shaped;
  const spec = useMemo(() => {
    const { nodes, links } = flowOf(shaped);
    const colours = coloursOf(
      nodes.map((node) => node.colourKey),
      dark,
    );
    return {
      links,
      values: new Map(nodes.map((node) => [node.name, node])),
      nodes: nodes.map((node, i) => ({
        id: node.name,
        name: node.name.slice(node.name.indexOf("\u0000") + 1),
        colour: colours[i] ?? "",
      })),
    };
  }, [shaped, dark]);
  if (by.length < 2) return <Notice>A sankey needs two dimensions or more: add one.</Notice>;
  return (
    <SankeyChart
      title={title}
      nodes={spec.nodes}
      links={spec.links}
      show={shown(shaped.unit)}
      height={Math.max(320, Math.min(900, spec.nodes.length * 22))}
      onPick={(id, at) => {
        const node = spec.values.get(id);
        if (node) onPickValue(node.column, node.value, at);
      }}
    />
  );
}
