import type { Live } from "../../api/live";
import type { Status } from "../../api/types";
import { BigNumbers, trafficNow } from "../../parts/BigNumbers";
import { Exporters } from "../../parts/Exporters";
import { Findings } from "../../parts/Findings";
import { Graph } from "../../parts/Graph";
import { RouterHelp } from "../../parts/RouterHelp";
import { SectionHead } from "../../parts/SectionHead";
import { TopTalkers } from "../../parts/TopTalkers";
import { TrafficDay } from "../../parts/TrafficDay";
import { bitsPerSecond, count } from "../../text/units";

const MINUTES = 60_000;

export function Page({ live, status }: { live: Live; status: Status | null }) {
  const nobody = live.exporters !== null && live.exporters.exporter_count === 0;
  // Before a restart there may have been flows, which are worth showing even while no router is heard.
  const empty = nobody && live.exporters?.flows_held === 0;
  return (
    <>
      <SectionHead title="Dashboard" />
      <div className="flex flex-col gap-4">
        {!nobody && <Findings findings={live.exporters?.server ?? []} />}
        {nobody && <RouterHelp status={status} first />}
        {!empty && <Flowing live={live} />}
        {live.exporters && !nobody && <MoreRouters status={status} />}
      </div>
    </>
  );
}

/** Everything that moves. */
function Flowing({ live }: { live: Live }) {
  const now = live.rates?.time ?? live.exporters?.time ?? Date.now();
  const bits = live.traffic?.points ? trafficNow(live.traffic.points, live.traffic.step_ms, now) : null;
  return (
    <>
      <BigNumbers rates={live.rates} bits={bits} exporters={live.exporters} />
      <div className="grid gap-3 lg:grid-cols-2">
        <div className="card min-w-0 px-4 py-3">
          <FlowsGraph live={live} now={now} />
        </div>
        <div className="card min-w-0 px-4 py-3">
          <TrafficGraph live={live} now={now} />
        </div>
      </div>
      <TrafficDay />
      {live.exporters && live.exporters.exporters.length > 0 && <Exporters event={live.exporters} rates={live.rates} />}
      <TopTalkers top={live.top} />
    </>
  );
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

function MoreRouters({ status }: { status: Status | null }) {
  return (
    <details>
      <summary className="cursor-pointer font-semibold">Add a router: what to type on it</summary>
      <div className="pt-3">
        <RouterHelp status={status} first={false} />
      </div>
    </details>
  );
}
