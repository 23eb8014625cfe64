import { Fragment, useMemo } from "react";
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
import { cellText, type Outcome, type Table } from "../report/outcome";
import { ReportTable } from "../report/ReportTable";
import { ToChange } from "../settings/ToChange";
import { type CustomersAnswer, entriesOf, interfaceText, quoted } from "./customers";

/** The bytes of a table of reach: domestic, international, unknown. */
export function reachIn(table: Table | undefined): { domestic: number; international: number; unknown: number } | null {
  if (!table) return null;
  const name = table.columns.findIndex((column) => column.name === "reach");
  const bytes = table.columns.findIndex((column) => column.name === "bytes" || column.name === "layer2_bytes");
  const of = (word: string) => Number(table.rows.find((row) => row.cells[name] === word)?.cells[bytes] ?? 0);
  return { domestic: of("domestic"), international: of("international"), unknown: of("unknown") };
}

/** Lines that give each uplink of the tables a price, to be filled in. */
export function priceLines(tables: readonly (Table | undefined)[]): string {
  const links = new Set<string>();
  for (const table of tables) {
    const place = (...names: string[]) => table?.columns.findIndex((column) => names.includes(column.name)) ?? -1;
    const [name, address] = [place("exporter_name"), place("exporter")];
    const [text, index] = [place("out_if_name", "in_if_name"), place("out_if", "in_if")];
    for (const { cells } of table?.rows ?? []) {
      const exporter = String(cells[name] || cells[address] || "");
      const link = String(cells[text] || cells[index] || "");
      if (exporter && link) links.add(`    - {exporter: ${quoted(exporter)}, interface: ${quoted(link)}, price: 2.50}`);
    }
  }
  const lines = links.size > 0 ? [...links] : ["    - {exporter: edge-1, interface: transit-1, price: 2.50}"];
  return `billing:\n  currency: USD\n  links:\n${lines.join("\n")}\n`;
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
      <WhoItIs customer={customer} />
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

/** The sums of the table of cost, in words. */
function Cost({ table, zone }: { table: Table | undefined; zone: string }) {
  const total = table?.total;
  if (!table || !total) return <p className="text-soft">Not known: no link has a price.</p>;
  const of = (name: string) => {
    const at = table.columns.findIndex((column) => column.name === name);
    const column = table.columns[at];
    const text = column ? cellText(column, total.cells[at] ?? null, zone) : null;
    return text && `${text} ${column?.unit ?? ""}`;
  };
  if (table.rows.length === 0) return <p className="text-soft">No link with a price carried any of it.</p>;
  return (
    <dl className="grid grid-cols-[1fr_max-content] gap-x-4 gap-y-0.5">
      {COSTS.map(([name, title]) => (
        <Fragment key={name}>
          <dt className="text-soft">{title}</dt>
          <dd className="text-right font-semibold tabular-nums">{of(name) ?? "–"}</dd>
        </Fragment>
      ))}
    </dl>
  );
}

const COSTS = [
  ["cost_by_percentile", "By its own 95th percentile"],
  ["cost_by_share", "By its share of the volume"],
] as const;

/** What the page says of who it is: its networks, with the way to change them. */
function WhoItIs({ customer }: { customer: string }) {
  const { data } = useApi<CustomersAnswer>("/api/v1/customers");
  const found = data && entriesOf(data).find((one) => one.kind === "customer" && one.name === customer);
  if (!found) return null;
  const parts = [
    ...found.prefixes,
    ...found.ases.map((as) => `AS ${as}`),
    ...found.interfaces.map((one) => `interface ${interfaceText(one)}`),
  ];
  const shown = parts.slice(0, 8).join(", ");
  return (
    <p className="mb-3 text-soft">
      {found.region && <b>{found.region}</b>} {shown}
      {parts.length > 8 && ` and ${parts.length - 8} more`}.{" "}
      <Link
        className="link"
        href={`/customers${readable(new URLSearchParams({ show: "edit", edit: `customer:${customer}` }))}`}
      >
        {found.at === null ? "See its lines" : "Change it"}
      </Link>
    </p>
  );
}

function Found({ outcome }: { outcome: Outcome }) {
  const time = useTime();
  const table = (name: string) => outcome.tables.find((one) => one.name === name);
  const seconds = (outcome.to - outcome.from) / 1000;
  const reach = { out: reachIn(table("reach_out")), in: reachIn(table("reach_in")) };
  return (
    <>
      <div className="mb-3 grid gap-3 xl:grid-cols-[2fr_1fr]">
        <section className="card px-3 py-2" aria-label="Domestic and international">
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
        <section className="card px-3 py-2" aria-label="Estimated cost">
          <h2 className="mb-2 font-semibold">Estimated cost of transit, a month like this range</h2>
          <Cost table={table("cost")} zone={time.zoneId} />
        </section>
      </div>
      {!table("cost") && (
        <details className="mb-3">
          <summary className="cursor-pointer">Give the uplinks below a price</summary>
          <div className="mt-2">
            <ToChange lines={[["What the links cost", priceLines([table("uplinks_out"), table("uplinks_in")])]]}>
              A price is what the carrier takes for one Mbit/s and month; <code>commit</code> is what is paid for at
              least.
            </ToChange>
          </div>
        </details>
      )}
      {outcome.notes
        .filter((note) => !note.includes("billing.links"))
        .map((note) => (
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
