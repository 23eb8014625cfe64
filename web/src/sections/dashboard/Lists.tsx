import { useMemo } from "react";
import { Link } from "wouter";
import { type FullAnswer, namedRows, queryPath } from "../../api/answer";
import { servicePaths, serviceRows } from "../../api/services";
import { useApi } from "../../api/useApi";
import { Notice, ProblemBox, Shown } from "../../parts/Shown";
import { joinFilters, TopBars } from "../../parts/TopBars";
import { bitsPerSecond, count, duration, finePercent } from "../../text/units";
import { readable } from "../../url/params";
import { addressOf } from "../ddos/shape";
import {
  type Interface,
  type InterfacesAnswer,
  interfaceName,
  keyOf,
  routerName,
  utilisation,
} from "../interfaces/interfaces";
import { countryRows, homesIn, type Reach, reachOf } from "./reach";

const EVERY = { every: 60_000 };

interface ListProps {
  range: string;
  filter: string;
  top: number;
}

/** Columns and the condition for each word of TOP_BY. */
const BY: Record<string, { by: string; filter?: string }> = {
  customer: { by: "src_customer", filter: 'direction = "out"' },
  as_out: { by: "dst_as", filter: 'direction = "out"' },
  as_in: { by: "src_as", filter: 'direction = "in"' },
  neighbour: { by: "first_as", filter: 'direction = "out"' },
  router: { by: "exporter_name" },
  source: { by: "src_addr" },
  destination: { by: "dst_addr" },
};

export function TopList({ by, ...props }: ListProps & { by: string }) {
  if (by === "service") return <ServiceList {...props} />;
  if (by === "country_out" || by === "country_in")
    return <CountryList {...props} way={by === "country_in" ? "in" : "out"} />;
  return <PlainList {...props} by={by} />;
}

const NOTHING = "No such traffic in this time. Directions are known where interfaces have a class.";

function PlainList({ by, range, filter, top }: ListProps & { by: string }) {
  const chosen = BY[by];
  const condition = joinFilters(filter, chosen?.filter);
  const api = useApi<FullAnswer>(
    chosen ? queryPath({ by: chosen.by, filter: condition, from: range, to: "now", top }) : null,
    EVERY,
  );
  if (!chosen) return <Notice>This Weir has no list by “{by}”. Change the tile, or delete it.</Notice>;
  return (
    <Shown api={api} tall="min-h-40" isEmpty={(answer) => answer.rows.length === 0} empty={NOTHING}>
      {(answer) => (
        <TopBars name="Most traffic" rows={namedRows(answer)} range={{ from: range, to: "now" }} filter={condition} />
      )}
    </Shown>
  );
}

function CountryList({ way, range, filter, top }: ListProps & { way: "in" | "out" }) {
  const side = way === "in" ? "src" : "dst";
  const condition = joinFilters(filter, `direction = "${way}"`);
  const api = useApi<FullAnswer>(
    queryPath({ by: `${side}_country,${side}_as`, filter: condition, from: range, to: "now", top: 2000 }),
    EVERY,
  );
  const rows = useMemo(() => (api.data ? countryRows(api.data, side, top) : []), [api.data, side, top]);
  return (
    <Shown api={api} tall="min-h-40" isEmpty={(answer) => answer.rows.length === 0} empty={NOTHING}>
      {() => <TopBars name="Countries" rows={rows} range={{ from: range, to: "now" }} filter={condition} />}
    </Shown>
  );
}

function ServiceList({ range, filter, top }: ListProps) {
  const [first, second] = servicePaths(filter, range);
  const whole = useApi<FullAnswer>(queryPath({ filter, from: range, to: "now" }), EVERY);
  const clients = useApi<FullAnswer>(first, EVERY);
  const servers = useApi<FullAnswer>(second, EVERY);
  const rows = useMemo(
    () => serviceRows([clients.data, servers.data], whole.data?.total.bytes ?? 0, top),
    [clients.data, servers.data, whole.data, top],
  );
  const worst = [whole, clients, servers].find((api) => api.problem);
  if (worst?.problem) return <ProblemBox problem={worst.problem} again={worst.again} />;
  return (
    <Shown
      api={servers}
      tall="min-h-40"
      isEmpty={() => rows.length === 0 && !clients.working}
      empty="No traffic in this time."
    >
      {() => <TopBars name="Applications" rows={rows} range={{ from: range, to: "now" }} filter={filter} />}
    </Shown>
  );
}

/** Domestic against international, both ways. */
export function ReachTile({ range, home }: { range: string; home: string }) {
  const path = (way: "in" | "out") => {
    const [own, other] = way === "in" ? ["dst", "src"] : ["src", "dst"];
    return queryPath({
      by: `${own}_region,${other}_country,${other}_as`,
      filter: `direction = "${way}"`,
      from: range,
      to: "now",
      top: 5000,
    });
  };
  const into = useApi<FullAnswer>(path("in"), EVERY);
  const out = useApi<FullAnswer>(path("out"), EVERY);
  const homes = homesIn(home);
  return (
    <>
      {(["out", "in"] as const).map((way) => {
        const api = way === "in" ? into : out;
        return (
          <div key={way} className="mb-3">
            <h3 className="mb-1 text-soft">{way === "in" ? "Incoming" : "Outgoing"}</h3>
            <Shown api={api} tall="min-h-16" isEmpty={(answer) => answer.total.bytes === 0} empty={NOTHING}>
              {(answer) => <ReachBar reach={reachOf(answer, way, homes)} seconds={(answer.to - answer.from) / 1000} />}
            </Shown>
          </div>
        );
      })}
      <p className="text-xs text-soft">
        Domestic: the other end is in {homes.length > 0 ? homes.join(", ") : "the country of the customer's region"}.
        Where an address has no country, that of its AS counts.
      </p>
    </>
  );
}

const PARTS: { key: keyof Reach; name: string; tone: string }[] = [
  { key: "domestic", name: "domestic", tone: "bg-brand" },
  { key: "international", name: "international", tone: "bg-second" },
  { key: "unknown", name: "unknown", tone: "bg-edge" },
];

export function ReachBar({ reach, seconds }: { reach: Reach; seconds: number }) {
  const whole = Math.max(1, reach.domestic + reach.international + reach.unknown);
  return (
    <>
      <div className="flex h-3 gap-px overflow-hidden rounded-full bg-sunken" aria-hidden="true">
        {PARTS.map(({ key, tone }) =>
          reach[key] > 0 ? (
            <div key={key} className={tone} style={{ width: `${(reach[key] / whole) * 100}%` }} />
          ) : null,
        )}
      </div>
      <ul className="m-0 mt-1 flex list-none flex-wrap gap-x-4 p-0">
        {PARTS.filter(({ key }) => reach[key] > 0).map(({ key, name, tone }) => (
          <li key={key} className="whitespace-nowrap">
            <span className={`swatch mr-1.5 ${tone}`} />
            {name} <b className="font-semibold tabular-nums">{finePercent(reach[key] / whole)}</b>{" "}
            <span className="text-soft tabular-nums">{bitsPerSecond((reach[key] * 8) / Math.max(1, seconds))}</span>
          </li>
        ))}
      </ul>
    </>
  );
}

/** By share of their speed; those whose speed is unknown behind them by rate. */
export function busiest(interfaces: readonly Interface[], most: number): Interface[] {
  const rate = (one: Interface) => Math.max(one.in_bits_per_s, one.out_bits_per_s);
  return [...interfaces]
    .filter((one) => rate(one) > 0)
    .sort((a, b) => (utilisation(b) ?? -1) - (utilisation(a) ?? -1) || rate(b) - rate(a))
    .slice(0, most);
}

export function Busiest({ top }: { top: number }) {
  const api = useApi<InterfacesAnswer>("/api/v1/interfaces", EVERY);
  return (
    <Shown
      api={api}
      tall="min-h-40"
      isEmpty={(data) => busiest(data.interfaces, 1).length === 0}
      empty="No interface carried traffic in the last minutes."
    >
      {(data) => (
        <div className="overflow-x-auto">
          <table className="w-full">
            <thead className="text-left text-soft">
              <tr>
                <th scope="col" className="font-normal">
                  Interface
                </th>
                <th scope="col" className="pl-3 text-right font-normal">
                  In
                </th>
                <th scope="col" className="pl-3 text-right font-normal">
                  Out
                </th>
                <th scope="col" className="pl-3 text-right font-normal">
                  Used
                </th>
              </tr>
            </thead>
            <tbody>
              {busiest(data.interfaces, top).map((one) => (
                <tr key={keyOf(one)} className="border-t border-line">
                  <td className="max-w-64 truncate py-1">
                    <Link
                      className="link"
                      href={`/interfaces${readable(new URLSearchParams({ router: one.exporter, index: String(one.index) }))}`}
                    >
                      {interfaceName(one)}
                    </Link>{" "}
                    <span className="text-xs text-soft">{routerName(one)}</span>
                  </td>
                  <td className="pl-3 text-right whitespace-nowrap tabular-nums">{bitsPerSecond(one.in_bits_per_s)}</td>
                  <td className="pl-3 text-right whitespace-nowrap tabular-nums">
                    {bitsPerSecond(one.out_bits_per_s)}
                  </td>
                  <td className="pl-3 text-right whitespace-nowrap tabular-nums">
                    <Share share={utilisation(one)} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Shown>
  );
}

function Share({ share }: { share: number | null }) {
  if (share === null)
    return (
      <span className="text-soft" title="The router does not tell the interface's speed">
        –
      </span>
    );
  return <span className={share >= 0.8 ? "font-semibold text-bad" : ""}>{finePercent(share)}</span>;
}

interface Attack {
  id: number | string;
  title?: string;
  kind?: string;
  target?: string;
  customer?: string;
  began?: number;
  now?: { bits_per_second?: number; packets_per_second?: number };
}

export function Attacks({ now }: { now: number }) {
  const api = useApi<{ attacks: Attack[] }>("/api/v1/attacks?open=1&past=0", { every: 5000 });
  if (api.problem?.status === 404) return <Notice>This Weir does not look for attacks.</Notice>;
  return (
    <Shown api={api} tall="min-h-24">
      {({ attacks }) =>
        attacks.length === 0 ? (
          <p className="py-2">
            <span className="text-good" aria-hidden="true">
              ●{" "}
            </span>
            No attack is open.
          </p>
        ) : (
          <ul className="m-0 list-none p-0">
            {attacks.slice(0, 8).map((one) => (
              <li key={one.id} className="border-t border-line py-1 first:border-0">
                <Link
                  className="link font-semibold text-bad"
                  href={`/ddos${readable(new URLSearchParams({ attack: String(one.id) }))}`}
                >
                  {one.title ?? one.kind ?? "Attack"} on{" "}
                  {one.target ? (addressOf(one.target) ?? one.target) : "unknown"}
                </Link>
                <span className="block text-xs text-soft tabular-nums">
                  {bitsPerSecond(one.now?.bits_per_second ?? 0)}, {count(one.now?.packets_per_second ?? 0)} packets/s
                  {one.began ? `, for ${duration(now - one.began)}` : ""}
                  {one.customer ? `, ${one.customer}` : ""}
                </span>
              </li>
            ))}
            {attacks.length > 8 && <li className="text-soft">and {attacks.length - 8} more</li>}
          </ul>
        )
      }
    </Shown>
  );
}
