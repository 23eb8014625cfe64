import type { Exporter, ExportersEvent, Finding, Health, RatesEvent } from "../api/types";
import { protocolName } from "../text/names";
import { count, duration, grouped } from "../text/units";

const HEALTH: Record<Health, { mark: string; tone: string }> = {
  good: { mark: "●", tone: "text-good" },
  attention: { mark: "▲", tone: "text-warn" },
  trouble: { mark: "■", tone: "text-bad" },
  silent: { mark: "◌", tone: "text-bad" },
};

/** The table of exporters, each with the doctor's worst finding and what to do about it. */
export function Exporters({ event, rates }: { event: ExportersEvent; rates: RatesEvent | null }) {
  const more = event.exporter_count - event.exporters.length;
  return (
    <section className="card overflow-hidden" aria-labelledby="exporters-title">
      <h2 id="exporters-title" className="px-4 pt-3 font-semibold">
        Exporters
      </h2>
      <div className="overflow-x-auto">
        <table className="w-full border-collapse text-left text-sm">
          <thead className="text-soft">
            <tr>
              <Head>Name and address</Head>
              <Head wide>Protocol</Head>
              <Head right>Flows/s</Head>
              <Head right wide>
                Flows decoded
              </Head>
              <Head right>Last heard</Head>
              <Head>Health</Head>
            </tr>
          </thead>
          {byName(event.exporters).map((exporter) => (
            <ExporterRows
              key={exporter.address}
              exporter={exporter}
              now={event.time}
              flows={
                rates?.exporters.find((one) => one.address === exporter.address)?.flows_per_s ?? exporter.flows_per_s
              }
            />
          ))}
        </table>
      </div>
      {more > 0 && (
        <p className="px-4 pb-3 text-sm text-soft">
          and {grouped(more)} more, in{" "}
          <a className="underline" href="/api/v1/doctor?format=text">
            the doctor's table
          </a>
        </p>
      )}
    </section>
  );
}

function byName(exporters: Exporter[]): Exporter[] {
  const name = (exporter: Exporter) => exporter.name ?? exporter.address;
  return exporters.toSorted((a, b) => name(a).localeCompare(name(b), "en", { numeric: true }));
}

function Head({ children, right = false, wide = false }: { children: string; right?: boolean; wide?: boolean }) {
  const look = `${right ? "text-right" : ""} ${wide ? ONLY_WIDE : ""}`;
  return (
    <th scope="col" className={`px-3 pt-1 pb-2 font-medium first:pl-4 sm:whitespace-nowrap ${look}`}>
      {children}
    </th>
  );
}

const ONLY_WIDE = "hidden sm:table-cell";
const CELL = "px-3 pt-2.5 align-top tabular-nums first:pl-4";

/** Two rows: the figures, and under them what the doctor found. */
function ExporterRows({ exporter, flows, now }: { exporter: Exporter; flows: number; now: number }) {
  const { mark, tone } = HEALTH[exporter.health];
  const protocols = exporter.protocols.map(protocolName).join(", ");
  return (
    <tbody className="border-t border-line">
      <tr>
        <td className={CELL}>
          <span className="block font-medium">{exporter.name ?? exporter.address}</span>
          <span className="block font-mono text-xs text-soft">
            {exporter.name === null ? "no name configured" : exporter.address}
          </span>
          <span className="block text-xs text-soft sm:hidden">{protocols || <Unknown />}</span>
        </td>
        <td className={`${CELL} ${ONLY_WIDE}`}>{protocols || <Unknown />}</td>
        <td className={`${CELL} text-right`}>{count(flows)}</td>
        <td className={`${CELL} ${ONLY_WIDE} text-right`}>{grouped(exporter.decoded)}</td>
        <td className={`${CELL} text-right sm:whitespace-nowrap`}>
          {exporter.last_seen === null ? "never" : `${duration(now - exporter.last_seen)} ago`}
        </td>
        <td className={`${CELL} font-medium whitespace-nowrap ${tone}`}>
          <span aria-hidden="true">{mark} </span>
          {exporter.health}
        </td>
      </tr>
      <tr>
        <td colSpan={6} className="px-4 pb-2.5">
          <ExporterFindings findings={exporter.findings} />
        </td>
      </tr>
    </tbody>
  );
}

function ExporterFindings({ findings }: { findings: Finding[] }) {
  const [worst, ...others] = findings;
  if (!worst) return null;
  return (
    <div className="max-w-5xl">
      <FindingText finding={worst} />
      {others.length > 0 && (
        <details className="pt-1 text-xs">
          <summary className="cursor-pointer text-soft">{others.length} more</summary>
          {others.map((finding) => (
            <FindingText key={finding.what} finding={finding} />
          ))}
        </details>
      )}
    </div>
  );
}

/** What is wrong, and the next thing to do; commands stand between backquotes. */
export function FindingText({ finding }: { finding: Finding }) {
  return (
    <p className="pt-0.5 text-xs leading-relaxed">
      <span>{sentence(finding.what)}</span> <span className="text-soft">{withCode(sentence(finding.advice))}</span>
    </p>
  );
}

export function Unknown() {
  return <i className="text-soft">unknown</i>;
}

function sentence(text: string): string {
  const upper = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?`]$/.test(upper) ? upper : `${upper}.`;
}

function withCode(text: string) {
  return text.split("`").map((part, i) =>
    // Every second part stands between backquotes.
    i % 2 === 1 ? (
      // biome-ignore lint/suspicious/noArrayIndexKey: the parts of one text never move
      <code key={i} className="rounded bg-sunken px-1 font-mono text-ink">
        {part}
      </code>
    ) : (
      part
    ),
  );
}
