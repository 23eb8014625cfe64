// ECharts, and only what is used of it. Loaded when the first chart is drawn.
import { BarChart, HeatmapChart, LineChart, SankeyChart } from "echarts/charts";
import { GridComponent, MarkAreaComponent, MarkLineComponent, VisualMapComponent } from "echarts/components";
import { type EChartsType, init, use } from "echarts/core";
import { CanvasRenderer, SVGRenderer } from "echarts/renderers";

use([
  LineChart,
  BarChart,
  HeatmapChart,
  SankeyChart,
  GridComponent,
  MarkLineComponent,
  MarkAreaComponent,
  VisualMapComponent,
  CanvasRenderer,
  SVGRenderer,
]);

/** An ECharts option; its own type is as large as the library. */
export type Option = Record<string, unknown>;
export type Painter = EChartsType;

export function painter(element: HTMLElement): Painter {
  return init(element, null, { renderer: "canvas" });
}

/** The picture as an SVG document; nothing of it enters the page. */
export function svgOf(option: Option, width: number, height: number, background: string): string {
  const off = init(null, null, { renderer: "svg", ssr: true, width, height });
  off.setOption({ ...option, animation: false, backgroundColor: background });
  const text = off.renderToSVGString();
  off.dispose();
  return text;
}

/** The picture as PNG, twice as fine as the screen. */
export async function pngOf(option: Option, width: number, height: number, background: string): Promise<Blob> {
  const canvas = document.createElement("canvas");
  const off = init(canvas, null, { renderer: "canvas", width, height, devicePixelRatio: 2 });
  off.setOption({ ...option, animation: false, backgroundColor: background });
  off.getZr().flush();
  const painted = off.renderToCanvas({ pixelRatio: 2, backgroundColor: background });
  off.dispose();
  return new Promise((resolve, reject) =>
    painted.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("the browser gave no picture"))), "image/png"),
  );
}
