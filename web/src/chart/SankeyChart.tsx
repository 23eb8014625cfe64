import { useMemo, useRef, useState } from "react";
import { useWidth } from "../parts/useWidth";
import type { Option, Painter } from "./engine";
import { type Paper, usePaper } from "./paper";
import { usePainted } from "./usePainted";

export interface SankeySpec {
  /** `id` is unique, `name` is shown. */
  nodes: readonly { id: string; name: string; colour: string }[];
  links: readonly { source: string; target: string; value: number }[];
  show: (value: number) => string;
}
interface Props extends SankeySpec {
  title: string;
  height?: number;
  onPick?: (id: string, at: { x: number; y: number }) => void;
}

export function sankeyOption(spec: SankeySpec, paper: Paper): Option {
  const names = new Map(spec.nodes.map((node) => [node.id, node.name]));
  return {
    animation: false,
    textStyle: { fontFamily: paper.font },
    series: [
      {
        type: "sankey",
        left: 8,
        right: 150,
        top: 8,
        bottom: 8,
        nodeWidth: 14,
        nodeGap: 8,
        draggable: false,
        emphasis: { focus: "adjacency" },
        data: spec.nodes.map((node) => ({ name: node.id, itemStyle: { color: node.colour, borderWidth: 0 } })),
        links: spec.links,
        lineStyle: { color: "source", opacity: 0.32, curveness: 0.5 },
        labelLayout: { hideOverlap: true },
        label: {
          color: paper.ink,
          fontSize: 11,
          width: 140,
          overflow: "truncate",
          formatter: ({ name }: { name: string }) => names.get(name) ?? name,
        },
      },
    ],
  };
}

interface Hovered {
  text: string;
  value: number;
  x: number;
  y: number;
}
interface EngineEvent {
  dataType?: string;
  data?: { name?: string; source?: string; target?: string };
  value?: unknown;
  event?: { offsetX: number; offsetY: number; event?: { clientX?: number; clientY?: number } };
}

/** How much goes from the values of one dimension to those of the next. */
export function SankeyChart({ title, nodes, links, show, height = 420, onPick }: Props) {
  const [box, width] = useWidth<HTMLDivElement>(800);
  const host = useRef<HTMLDivElement>(null);
  const paper = usePaper();
  const option = useMemo(() => sankeyOption({ nodes, links, show }, paper), [nodes, links, show, paper]);
  const [hovered, setHovered] = useState<Hovered | null>(null);
  const latest = useRef({ nodes, onPick });
  latest.current = { nodes, onPick };
  const listen = (painter: Painter) => {
    const nameOf = (id: string | undefined) => latest.current.nodes.find((node) => node.id === id)?.name ?? "";
    painter.on("mousemove", (raw) => {
      const { dataType, data, value, event } = raw as unknown as EngineEvent;
      const text = dataType === "edge" ? `${nameOf(data?.source)} → ${nameOf(data?.target)}` : nameOf(data?.name);
      setHovered({ text, value: Number(value), x: event?.offsetX ?? 0, y: event?.offsetY ?? 0 });
    });
    painter.on("mouseout", () => setHovered(null));
    painter.on("click", (raw) => {
      const { dataType, data, event } = raw as unknown as EngineEvent;
      const pointer = event?.event;
      if (dataType === "node" && data?.name) {
        latest.current.onPick?.(data.name, { x: pointer?.clientX ?? 0, y: pointer?.clientY ?? 0 });
      }
    });
  };
  usePainted(host, option, width, height, listen);
  return (
    <div
      ref={box}
      className="relative w-full min-w-0"
      role="img"
      aria-label={`${title}. ${links.length} connections between ${nodes.length} values; the figures are in the table.`}
    >
      <div ref={host} style={{ width, height }} aria-hidden="true" />
      {hovered && (
        <div
          className="legend pointer-events-none"
          style={
            hovered.x < width / 2
              ? { left: hovered.x + 14, top: hovered.y }
              : { right: width - hovered.x + 14, top: hovered.y }
          }
        >
          {hovered.text} <b className="tabular-nums">{show(hovered.value)}</b>
        </div>
      )}
    </div>
  );
}
