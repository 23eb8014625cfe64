import { useMemo } from "react";
import { Link } from "wouter";
import { apiPath } from "../../api/client";
import { useApi } from "../../api/useApi";
import { testFor } from "../../filter/combine";
import { SectionHead } from "../../parts/SectionHead";
import { Notice, Shown } from "../../parts/Shown";
import { useTime } from "../../time/useTime";
import { readable } from "../../url/params";
import { ReachBar } from "../dashboard/Lists";
import { Services, Top } from "../interfaces/MadeOf";
import { joinNames } from "../report/catalogue";
import type { Outcome, Table } from "../report/outcome";
import { ReportTable } from "../report/ReportTable";

/** The bytes of a table of reach: domestic, international, unknown. */
export function reachIn(table: Table | undefined): { domestic: number; international: number; unknown: number } | null {
  if (!table) return null;
  const name = table.columns.findIndex((column) => column.name === "reach");
  const bytes = table.columns.findIndex((column) => column.name === "bytes" || column.name === "layer2_bytes");
  const of = (word: string) => Number(table.rows.find((row) => row.cells[name] === word)?.cells[bytes] ?? 0);
  return { domestic: of("domestic"), international: of("international"), unknown: of("unknown") };
}

/** One customer: domestic against international, by uplink, what it costs, with whom and by what. */
export function Profile({ customer, onBack }: { customer: string; onBack: () => void }) {
  const time = useTime();
  const parameters = useMemo(
    () => ({ customer: joinNames([customer]), start: time.range.from, end: time.range.to }),
    [customer, time.range],
  );
  const api = useApi<Outcome>(time.problem ? null : apiPath("/api/v1/reports/customer-profile", parameters), {
    turn: time.turn,
  });
  const filter = testFor("src_customer", customer);
  const range = new URLSearchParams({ ...time.range });
  return (
    <>
      <SectionHead title={customer}>
        <button type="button" className="button" onClick={onBack}>
          All customers
        </button>
        <Link
          className="button inline-flex items-center"
          href={`/report${readable(new URLSearchParams({ report: "customer-profile", customer: joinNames([customer]), ...time.range }))}`}
        >
          As a report
        </Link>
        <Link
          className="button inline-flex items-center"
          href={`/explore${readable(new URLSearchParams({ filter: `${filter} or ${testFor("dst_customer", customer)}`, ...Object.fromEntries(range) }))}`}
        >
          Explore its traffic
        </Link>
        <a
          className="button inline-flex items-center"
          download={`${customer}.csv`}
          href={apiPath("/api/v1/reports/customer-profile", { ...parameters, format: "csv" })}
        >
          Download CSV
        </a>
      </SectionHead>
      {time.problem ? (
        <Notice>{time.problem}</Notice>
      ) : (
        <Shown
          api={api}
          tall="min-h-96"
          isEmpty={(outcome) => outcome.tables.every((table) => table.rows.length === 0)}
          empty={`No traffic of “${customer}” by an uplink in this time. Widen the range; uplinks are interfaces of the classes transit, peering and ix.`}
        >
          {(outcome) => <Found outcome={outcome} />}
        </Shown>
      )}
      <h2 className="mt-4 mb-2 font-semibold">With whom and by what</h2>
      <div className="grid gap-3 md:grid-cols-2 2xl:grid-cols-4">
        <Top title="To networks (AS)" by="dst_as" filter={filter} from={time.range.from} />
        <Top title="From networks (AS)" by="src_as" filter={testFor("dst_customer", customer)} from={time.range.from} />
        <Services title="Services, outgoing" filter={filter} from={time.range.from} />
        <Top title="Its own addresses, outgoing" by="src_addr" filter={filter} from={time.range.from} />
      </div>
    </>
  );
}

function Found({ outcome }: { outcome: Outcome }) {
  const time = useTime();
  const table = (name: string) => outcome.tables.find((one) => one.name === name);
  const seconds = (outcome.to - outcome.from) / 1000;
  const reach = { out: reachIn(table("reach_out")), in: reachIn(table("reach_in")) };
  return (
    <>
      <section className="card mb-3 px-3 py-2" aria-label="Domestic and international">
        <h2 className="mb-2 font-semibold">Domestic and international</h2>
        <div className="grid gap-4 md:grid-cols-2">
          {(["out", "in"] as const).map((way) => (
            <div key={way}>
              <h3 className="mb-1 text-soft">{way === "out" ? "Outgoing" : "Incoming"}</h3>
              {reach[way] ? <ReachBar reach={reach[way]} seconds={seconds} /> : <p className="text-soft">nothing</p>}
            </div>
          ))}
        </div>
      </section>
      {!table("cost") && (
        <Notice>
          What it costs is not known: no link has a price. Give transit links one in the configuration (prices.links:
          exporter, interface, price).
        </Notice>
      )}
      {outcome.notes.map((note) => (
        <Notice key={note}>{note}</Notice>
      ))}
      {[table("cost"), table("uplinks_out"), table("uplinks_in"), table("reach_out"), table("reach_in")]
        .filter((one): one is Table => one !== undefined)
        .map((one) => (
          <ReportTable key={one.name} table={one} time={time} stepMs={outcome.resolution_ms ?? 300_000} />
        ))}
    </>
  );
}
