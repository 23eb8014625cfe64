import type { Live } from "../../api/live";
import { BigNumbers, trafficNow } from "../../parts/BigNumbers";
import { Exporters } from "../../parts/Exporters";
import { Graph } from "../../parts/Graph";
import { Notice } from "../../parts/Shown";
import { TopTalkers } from "../../parts/TopTalkers";
import { bitsPerSecond, count } from "../../text/units";
import { option, rows, type Tile } from "./boards";
import { Attacks, Busiest, ReachTile, TopList } from "./Lists";
import { Traffic } from "./Traffic";

const MINUTES = 60_000;

/** These bring their own heading or frame. */
export const BARE = new Set(["numbers", "exporters", "talkers"]);

export function timeOf(live: Live): number {
  return live.rates?.time ?? live.exporters?.time ?? Date.now();
}

/** What stands in a tile. */
export function TileBody({ tile, live }: { tile: Tile; live: Live }) {
  const now = timeOf(live);
  const range = option(tile, "range");
  const filter = option(tile, "filter");
  switch (tile.kind) {
    case "numbers":
      return (
        <BigNumbers
          rates={live.rates}
          bits={live.traffic?.points ? trafficNow(live.traffic.points, live.traffic.step_ms, now) : null}
          exporters={live.exporters}
        />
      );
    case "traffic":
      return <Traffic range={range} filter={filter} />;
    case "reach":
      return <ReachTile range={range} home={option(tile, "home")} />;
    case "attacks":
      return <Attacks now={now} />;
    case "top":
      return <TopList by={option(tile, "by")} range={range} filter={filter} top={rows(tile)} />;
    case "busiest":
      return <Busiest top={rows(tile)} />;
    case "exporters":
      return live.exporters && live.exporters.exporters.length > 0 ? (
        <Exporters event={live.exporters} rates={live.rates} />
      ) : (
        <div className="skeleton min-h-40" />
      );
    case "flows":
      return <FlowsGraph live={live} now={now} />;
    case "live":
      return <TrafficGraph live={live} now={now} />;
    case "talkers":
      return <TopTalkers top={live.top} />;
    case "note":
      return <p className="whitespace-pre-wrap">{option(tile, "text") || "An empty note: press Edit and write."}</p>;
    default:
      return <Notice>This Weir has no tile “{tile.kind}”. Press Edit to delete it.</Notice>;
  }
}

function FlowsGraph({ live, now }: { live: Live; now: number }) {
  const times = live.history.map((point) => point.time);
  // Soon after the start there is little to show: the graph then begins where the points do.
  const from = Math.max(now - 10 * MINUTES, Math.min(times[0] ?? now, now - MINUTES));
  return (
    <Graph
      title="Flows, last 10 minutes"
      times={times}
      from={from}
      to={now}
      seconds
      show={(value) => `${count(value)}/s`}
      series={[{ name: "flows", colour: "brand", values: live.history.map((point) => point.flows_per_s) }]}
    />
  );
}

function TrafficGraph({ live, now }: { live: Live; now: number }) {
  const points = live.traffic?.points ?? [];
  return (
    <>
      <Graph
        title="Traffic, last 15 minutes"
        times={points.map((point) => point.time)}
        from={now - 15 * MINUTES}
        to={now}
        seconds
        incompleteFrom={now - MINUTES}
        show={bitsPerSecond}
        series={[
          {
            name: "estimated, the last minute still comes in",
            colour: "second",
            values: points.map((point) => point.bits_per_s),
          },
        ]}
      />
      {live.traffic?.error && (
        <p role="alert" className="m-0 text-sm text-bad">
          The store could not answer: {live.traffic.error}
        </p>
      )}
    </>
  );
}
