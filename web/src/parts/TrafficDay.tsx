import { useEffect, useState } from "react";
import type { QueryAnswer } from "../api/query";
import { dayPath, directionSeries } from "../api/query";
import { useApi } from "../api/useApi";
import { bitsPerSecond } from "../text/units";
import { Graph } from "./Graph";

const DAY = 24 * 3_600_000;
const STEP = 300_000;

/** The last 24 hours in and out of the network, in steps of five minutes: what MRTG used to show. */
export function TrafficDay() {
  // Right after a start the past may still be coming in.
  const [every, setEvery] = useState(10_000);
  useEffect(() => {
    const timer = setTimeout(() => setEvery(60_000), 120_000);
    return () => clearTimeout(timer);
  }, []);
  const { data, problem } = useApi<QueryAnswer>(dayPath(), { every });
  const day = data ? directionSeries(data, STEP) : null;
  const to = day?.times.at(-1) ?? Date.now();
  return (
    <div className="card px-4 py-3">
      <Graph
        title="Traffic, last 24 hours"
        times={day?.times ?? []}
        from={Math.max(day?.times[0] ?? 0, to - DAY)}
        to={to}
        series={day?.series ?? []}
        show={bitsPerSecond}
      />
      {!data && !problem && <p className="m-0 text-sm text-soft">asking the store</p>}
      {problem && (
        <p role="alert" className="m-0 text-sm text-bad">
          The store could not answer: {problem.message}
        </p>
      )}
    </div>
  );
}
