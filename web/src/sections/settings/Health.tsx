import type { Exporter } from "../../api/types";
import { useApi } from "../../api/useApi";
import { FindingText } from "../../parts/Exporters";
import { Shown } from "../../parts/Shown";
import { protocolName } from "../../text/names";
import { count, duration, grouped, percent } from "../../text/units";
import type { Doctor } from "./api";
import { nextToDo, stagesOf } from "./shape";

const LIVE_MS = 5000;

/** The doctor: of each exporter how far its flows come, and the next thing to mend. */
export function Health() {
  const api = useApi<Doctor>("/api/v1/doctor", { every: LIVE_MS });
  return (
    <Shown
      api={{ ...api, working: api.working && api.data === undefined }}
      isEmpty={(doctor) => doctor.exporters.length === 0 && doctor.server.length === 0}
      empty='No exporter was heard yet. Open "Add a router" to see what to type on one.'
    >
      {(doctor) => <Told doctor={doctor} />}
    </Shown>
  );
}

function Told({ doctor }: { doctor: Doctor }) {
  const next = nextToDo(doctor.server, doctor.exporters);
  return (
    <div className="flex flex-col gap-3">
      <div className={`notice mb-0 ${next ? "border-warn bg-warn-soft" : "border-line bg-sunken"}`}>
        {next ? (
          <>
            <b>The next thing to do{next.of ? `, about ${next.of}` : ""}:</b> <FindingText finding={next.finding} />
          </>
        ) : (
          <>
            <b className="text-good">● Nothing to mend.</b> Every exporter's flows are received, decoded, sampled,
            named, routed and stored.
          </>
        )}
      </div>
      {doctor.server.filter((one) => one.severity !== "good").length > 0 && (
        <section className="card px-4 py-3" aria-labelledby="server-title">
          <h3 id="server-title" className="font-semibold">
            This server
          </h3>
          {doctor.server
            .filter((one) => one.severity !== "good")
            .map((one) => (
              <FindingText key={one.what} finding={one} />
            ))}
        </section>
      )}
      <ul className="grid gap-2 xl:grid-cols-2">
        {doctor.exporters.map((exporter) => (
          <li key={exporter.address}>
            <One exporter={exporter} now={doctor.time} />
          </li>
        ))}
      </ul>
      {(doctor.exporters_left_out ?? 0) > 0 && (
        <p className="text-soft">
          And {grouped(doctor.exporters_left_out ?? 0)} more, in{" "}
          <a className="link" href="/api/v1/doctor?format=text">
            the doctor's table
          </a>
          .
        </p>
      )}
    </div>
  );
}

const HEALTH = {
  good: ["● good", "text-good"],
  attention: ["▲ attention", "text-warn"],
  trouble: ["■ trouble", "text-bad"],
  silent: ["◌ silent", "text-bad"],
} as const;

function One({ exporter, now }: { exporter: Exporter; now: number }) {
  const [word, tone] = HEALTH[exporter.health];
  const [worst, ...others] = exporter.findings;
  return (
    <article className="card h-full px-4 py-3">
      <h3 className="flex flex-wrap items-baseline gap-x-3">
        <b className="text-base">{exporter.name ?? exporter.address}</b>
        <code className="text-soft">{exporter.name === null ? "no name configured" : exporter.address}</code>
        <span className="text-soft">{exporter.protocols.map(protocolName).join(", ")}</span>
        <span className="grow" />
        <span className={`font-medium ${tone}`}>{word}</span>
      </h3>
      <p className="text-xs text-soft">
        {exporter.last_seen === null ? "never heard" : `last heard ${duration(now - exporter.last_seen)} ago`}
        {exporter.flows_per_s !== undefined && `, ${count(exporter.flows_per_s)} flows/s`}
      </p>
      <ol className="mt-2 grid grid-cols-3 gap-x-3 gap-y-2 sm:grid-cols-6">
        {stagesOf(exporter).map((stage) => (
          <li key={stage.name} title={`${grouped(stage.count)} ${stage.about}`}>
            <span className="block text-xs text-soft">{stage.name}</span>
            <span className="block tabular-nums">
              {stage.share === null
                ? "–"
                : stage.name === "Received" || stage.name === "Decoded"
                  ? count(stage.count)
                  : percent(stage.share)}
            </span>
            <span className="mt-0.5 block h-1.5 overflow-hidden rounded-sm bg-sunken" aria-hidden="true">
              <span
                className={`block h-full ${stage.share !== null && stage.share < 0.9 ? "bg-warn" : "bg-brand"}`}
                style={{ width: `${(stage.share ?? 0) * 100}%` }}
              />
            </span>
          </li>
        ))}
      </ol>
      {worst && (
        <div className="mt-2">
          <FindingText finding={worst} />
          {others.length > 0 && (
            <details className="pt-1 text-xs">
              <summary className="cursor-pointer text-soft">{others.length} more</summary>
              {others.map((one) => (
                <FindingText key={one.what} finding={one} />
              ))}
            </details>
          )}
        </div>
      )}
    </article>
  );
}
