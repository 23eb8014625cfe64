// Taking what is on the screen along: files, and the question in other forms.

import type { Option } from "../../chart/engine";
import { heatOption } from "../../chart/HeatChart";
import { usePaper } from "../../chart/paper";
import { sankeyOption } from "../../chart/SankeyChart";
import type { ChartSeries, Mark } from "../../chart/series";
import { timeOption } from "../../chart/timeOption";
import { chartEngine } from "../../chart/usePainted";
import { coloursOf } from "../../colour/palette";
import { CopyAs } from "../../copy/CopyAs";
import { fileName, saveFile } from "../../copy/save";
import { Popup } from "../../parts/Popup";
import { absolute } from "../../time/range";
import type { Time } from "../../time/useTime";
import { readable } from "../../url/params";
import { elasticQuery } from "./elastic";
import { commandText, curlText, queryPath, type State } from "./question";
import { flowOf, type Shaped } from "./shape";
import { shown } from "./units";

interface Props {
  state: State;
  asked: Record<string, string>;
  time: Time;
  shaped: Shaped | null;
  series: readonly ChartSeries[];
  marks: readonly Mark[];
}

export function Take(props: Props) {
  const { state, asked, time, shaped } = props;
  const fixed = absolute(time.fromMs, time.toMs);
  return (
    <>
      <Download {...props} />
      <CopyAs
        forms={() => {
          const body = elasticQuery(state, time.fromMs, time.toMs, shaped?.stepMs ?? 60_000);
          const now = new URLSearchParams(location.search);
          now.set("from", fixed.from);
          now.set("to", fixed.to);
          return [
            { name: "Link", text: location.href },
            { name: "Link to these very times", text: location.origin + location.pathname + readable(now) },
            { name: "weir query", text: commandText(asked, location.origin) },
            { name: "curl", text: curlText(asked, location.origin) },
            {
              name: "Elasticsearch",
              text: `GET stat-*/_search\n${JSON.stringify(body, null, 2)}`,
              ...(body
                ? {}
                : { missing: "Only filters of the form COLUMN = VALUE and ... have an Elasticsearch form here." }),
            },
          ];
        }}
      />
    </>
  );
}

const PICTURE = { width: 1200, height: 520 };

function Download({ state, asked, time, shaped, series, marks }: Props) {
  const paper = usePaper();
  const option = (): Option | null => {
    if (!shaped || state.view === "table") return null;
    const show = shown(shaped.unit);
    const common = { times: shaped.times, stepMs: shaped.stepMs, zone: time.zoneId, show };
    if (state.view === "heatmap")
      return heatOption({ ...common, series: series.filter((one) => !one.below && !one.dashed) }, paper, PICTURE.width);
    if (state.view === "sankey") {
      const { nodes, links } = flowOf(shaped);
      const colours = coloursOf(
        nodes.map((node) => node.colourKey),
        paper.dark,
      );
      const named = nodes.map((node, i) => ({
        id: node.name,
        name: node.name.split("\u0000")[1] ?? "",
        colour: colours[i] ?? "",
      }));
      return sankeyOption({ nodes: named, links, show }, paper);
    }
    const kind = state.view === "small" ? "lines" : state.view;
    return timeOption({ ...common, series, kind, marks, ...PICTURE }, paper);
  };
  const picture = async (form: "png" | "svg") => {
    const its = option();
    if (!its) return;
    const engine = await chartEngine();
    const name = fileName("explore", form);
    if (form === "svg") saveFile(name, "image/svg+xml", engine.svgOf(its, PICTURE.width, PICTURE.height, paper.card));
    else saveFile(name, "image/png", await engine.pngOf(its, PICTURE.width, PICTURE.height, paper.card));
  };
  return (
    <Popup label="Download" align="right" panelClass="w-52 p-1">
      {(close) => (
        <>
          <a
            className="choice"
            href={queryPath({ ...asked, format: "csv" })}
            download={fileName("explore", "csv")}
            onClick={close}
          >
            CSV, from the API
          </a>
          {(["png", "svg"] as const).map((form) => (
            <button
              key={form}
              type="button"
              className="choice"
              disabled={!shaped || state.view === "table"}
              onClick={() => {
                close();
                void picture(form);
              }}
            >
              Picture, {form.toUpperCase()}
            </button>
          ))}
        </>
      )}
    </Popup>
  );
}
