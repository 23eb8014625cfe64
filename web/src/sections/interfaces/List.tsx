import { useMemo } from "react";
import type { FullAnswer } from "../../api/answer";
import { useApi } from "../../api/useApi";
import { Sparkline } from "../../chart/Sparkline";
import { Notice } from "../../parts/Shown";
import { DataTable, type TableColumn } from "../../table/DataTable";
import type { Order } from "../../table/rows";
import { bitsPerSecond, finePercent, grouped as groupedNumber } from "../../text/units";
import { list, text, useParams } from "../../url/params";
import {
  difference,
  differenceText,
  grouped,
  type Interface,
  type InterfacesAnswer,
  interfaceName,
  keyOf,
  routerName,
  sparkPath,
  sparks,
  speedText,
  utilisation,
} from "./interfaces";

const PARAMS = { search: text(), class: list(), order: text() };
const CLASSES = ["transit", "peering", "ix", "customer", "core", "none"];
const EVERY_MS = 300_000;
const HOT = 0.8;

interface Props {
  data: InterfacesAnswer;
  onOpen: (one: Interface) => void;
}

export function List({ data, onOpen }: Props) {
  const [{ search, class: classes, order }, set] = useParams(PARAMS);
  const into = useApi<FullAnswer>(sparkPath("in"), { every: EVERY_MS }).data;
  const out = useApi<FullAnswer>(sparkPath("out"), { every: EVERY_MS }).data;
  const lines = useMemo(() => ({ in: sparks(into, "in"), out: sparks(out, "out") }), [into, out]);
  const groups = useMemo(() => grouped(data.interfaces, search, classes), [data, search, classes]);
  const rows = useMemo(() => groups.flatMap((group) => group.interfaces), [groups]);
  const columns = useMemo(() => columnsOf(lines, onOpen), [lines, onOpen]);
  const [column, way] = order.split(":");
  const chosen: Order | null = column ? { column, descending: way === "desc" } : null;
  const there = new Set(data.interfaces.map((one) => one.class ?? "none"));
  return (
    <>
      <div className="mb-2 flex flex-wrap items-center gap-2">
        <input
          data-search
          type="search"
          className="field w-64 max-w-full"
          aria-label="Search interfaces"
          placeholder="router, interface or description"
          value={search}
          onChange={(event) => set({ search: event.target.value }, { replace: true })}
        />
        <fieldset className="flex flex-wrap items-center gap-1 border-0 p-0">
          <legend className="sr-only">Class</legend>
          {CLASSES.filter((name) => there.has(name)).map((name) => (
            <button
              key={name}
              type="button"
              className="button"
              aria-pressed={classes.includes(name)}
              onClick={() =>
                set({ class: classes.includes(name) ? classes.filter((one) => one !== name) : [...classes, name] })
              }
            >
              {name === "none" ? "no class" : name}
            </button>
          ))}
        </fieldset>
        <span className="text-soft">
          {groupedNumber(rows.length)} interfaces of {groups.length} {groups.length === 1 ? "router" : "routers"}; rates
          of the last five minutes
        </span>
      </div>
      {rows.length === 0 ? (
        <Notice>
          No interface fits.{" "}
          <button type="button" className="link" onClick={() => set({ search: "", class: [] })}>
            Show all
          </button>
        </Notice>
      ) : (
        <div className="card overflow-hidden">
          <DataTable
            name="Interfaces"
            columns={columns}
            rows={rows}
            rowKey={keyOf}
            order={chosen}
            onOrder={(next) => set({ order: `${next.column}:${next.descending ? "desc" : "asc"}` }, { replace: true })}
            onPick={(row) => onOpen(row)}
            maxHeight="calc(100vh - 11rem)"
            footer={
              data.interfaces_left_out > 0 ? (
                <span>and {groupedNumber(data.interfaces_left_out)} more that do not fit here</span>
              ) : undefined
            }
          />
        </div>
      )}
    </>
  );
}

type Lines = { in: Map<string, number[]>; out: Map<string, number[]> };

function columnsOf(lines: Lines, onOpen: (one: Interface) => void): TableColumn<Interface>[] {
  return [
    {
      key: "router",
      title: "Router",
      width: "minmax(8rem,1fr)",
      value: routerName,
      show: (one) => <span title={one.exporter}>{routerName(one)}</span>,
    },
    {
      key: "interface",
      title: "Interface",
      width: "minmax(9rem,1.4fr)",
      value: interfaceName,
      show: (one) => (
        <button
          type="button"
          tabIndex={-1}
          className="link"
          title={one.description ?? undefined}
          onClick={() => onOpen(one)}
        >
          {interfaceName(one)}
        </button>
      ),
    },
    {
      key: "class",
      title: "Class",
      width: "5.25rem",
      value: (one) => one.class,
      show: (one) => one.class ?? <span className="text-soft">none</span>,
    },
    {
      key: "speed",
      title: "Speed",
      numeric: true,
      width: "5.5rem",
      value: (one) => one.speed_bps,
      show: (one) => (one.speed_bps ? speedText(one.speed_bps) : <span className="text-soft">unknown</span>),
    },
    {
      key: "in",
      title: "In",
      numeric: true,
      width: "6rem",
      value: (one) => one.in_bits_per_s,
      show: (one) => bitsPerSecond(one.in_bits_per_s),
    },
    {
      key: "out",
      title: "Out",
      numeric: true,
      width: "6rem",
      value: (one) => one.out_bits_per_s,
      show: (one) => bitsPerSecond(one.out_bits_per_s),
    },
    {
      key: "used",
      title: "Used",
      about: "The busier direction, of the speed",
      numeric: true,
      width: "6.5rem",
      value: utilisation,
      show: (one) => <Used share={utilisation(one)} />,
    },
    {
      key: "day",
      title: "Last day",
      about: "In above (filled), out as a second line; each to its own highest value",
      width: "12.5rem",
      value: (one) => Math.max(0, ...(lines.in.get(keyOf(one)) ?? []), ...(lines.out.get(keyOf(one)) ?? [])),
      // Before the lines have come nothing is said of them.
      show: (one) =>
        lines.in.size + lines.out.size > 0 && <Day into={lines.in.get(keyOf(one))} out={lines.out.get(keyOf(one))} />,
    },
    {
      key: "difference",
      title: "By counters",
      about: "How far flows are from what the interface itself counted, of the busier direction",
      numeric: true,
      width: "7rem",
      value: besideCounters,
      show: (one) => {
        const share = besideCounters(one);
        return (
          <span className={share === null ? "text-soft" : ""} title={differenceText(share)}>
            {differenceText(share).replace("flows ", "")}
          </span>
        );
      },
    },
  ];
}

export function besideCounters(one: Interface): number | null {
  const counters = one.counters;
  if (!counters) return null;
  return (counters.in_bits_per_s ?? 0) >= (counters.out_bits_per_s ?? 0)
    ? difference(one.in_bits_per_s, counters.in_bits_per_s)
    : difference(one.out_bits_per_s, counters.out_bits_per_s);
}

function Used({ share }: { share: number | null }) {
  if (share === null) return <span className="text-soft">unknown</span>;
  return (
    <span className="flex items-center justify-end gap-2">
      <span className="block h-1.5 w-14 overflow-hidden rounded-full bg-sunken" aria-hidden="true">
        <span
          className={`block h-full ${share >= HOT ? "bg-bad" : "bg-brand"}`}
          style={{ width: `${Math.min(100, share * 100)}%` }}
        />
      </span>
      <span className={`w-12 ${share >= HOT ? "font-semibold text-bad" : ""}`}>{finePercent(share)}</span>
    </span>
  );
}

function Day({ into, out }: { into: number[] | undefined; out: number[] | undefined }) {
  if (!into && !out) return <span className="text-soft">nothing</span>;
  const highest = (values: number[] | undefined) => bitsPerSecond(Math.max(0, ...(values ?? [])));
  return (
    <span className="flex gap-2">
      <Sparkline values={into ?? []} label={`in, last day, at most ${highest(into)}`} />
      <Sparkline values={out ?? []} label={`out, last day, at most ${highest(out)}`} colour="var(--color-second)" />
    </span>
  );
}
