import { useMemo } from "react";
import { bitRate, bitRates, type FullAnswer, queryPath, stepOf, withoutUnfinished } from "../../api/answer";
import { useApi } from "../../api/useApi";
import { Sparkline } from "../../chart/Sparkline";
import { Notice, Shown } from "../../parts/Shown";
import { DataTable, type TableColumn } from "../../table/DataTable";
import { bitsPerSecond, finePercent } from "../../text/units";
import { type Time, useTime } from "../../time/useTime";

interface Row {
  name: string | null;
  region: string | null;
  in: number;
  out: number;
  p95in: number | null;
  p95out: number | null;
  share: number;
  lineIn: number[];
  lineOut: number[];
}

/** In and out of each customer or region, put together from an answer for each way. */
export function overviewRows(into: FullAnswer, out: FullAnswer, by: "customer" | "region"): Row[] {
  const rows = new Map<string, Row>();
  const whole = out.total.bytes + into.total.bytes;
  for (const [answer, side] of [
    [out, "src"],
    [into, "dst"],
  ] as const) {
    const step = stepOf(answer);
    const times = (answer.total.series ?? []).map((one) => one.time);
    for (const row of answer.rows) {
      const text = (name: string) => (typeof row[name] === "string" && row[name] !== "" ? (row[name] as string) : null);
      const name = text(`${side}_${by}`);
      const key = name ?? "";
      const at: Row = rows.get(key) ?? {
        name,
        region: text(`${side}_region`),
        in: 0,
        out: 0,
        p95in: null,
        p95out: null,
        share: 0,
        lineIn: [],
        lineOut: [],
      };
      const line = withoutUnfinished(bitRates(row.series, step, answer.from, answer.to), times, step, answer.to);
      const p95 = row.statistics?.percentile_95 ?? null;
      if (side === "src") Object.assign(at, { out: bitRate(answer, row), p95out: p95, lineOut: line });
      else Object.assign(at, { in: bitRate(answer, row), p95in: p95, lineIn: line });
      at.share += whole > 0 ? row.bytes / whole : 0;
      rows.set(key, at);
    }
  }
  return [...rows.values()].sort((a, b) => Math.max(b.in, b.out) - Math.max(a.in, a.out));
}

function path(by: "customer" | "region", way: "in" | "out", time: Time): string {
  const side = way === "in" ? "dst" : "src";
  return queryPath({
    by: by === "customer" ? `${side}_customer,${side}_region` : `${side}_region`,
    filter: `direction = "${way}"`,
    ...time.range,
    top: 2000,
    resolution: "auto",
  });
}

export function Overview({ by, onOpen }: { by: "customer" | "region"; onOpen: (customer: string) => void }) {
  const time = useTime();
  const into = useApi<FullAnswer>(time.problem ? null : path(by, "in", time), { turn: time.turn });
  const out = useApi<FullAnswer>(time.problem ? null : path(by, "out", time), { turn: time.turn });
  const rows = useMemo(
    () => (into.data && out.data ? overviewRows(into.data, out.data, by) : []),
    [into.data, out.data, by],
  );
  const columns = useMemo(() => columnsOf(by, onOpen), [by, onOpen]);
  if (time.problem) return <Notice>{time.problem}</Notice>;
  return (
    <Shown
      api={into.problem ? into : out}
      tall="min-h-80"
      isEmpty={() => rows.length === 0 && !into.working && !out.working}
      empty="No traffic of customers in this time. Widen the range; or say under “Who they are” which addresses are whose."
    >
      {() => (
        <div className="card overflow-hidden">
          <DataTable
            name={by === "customer" ? "Customers" : "Regions"}
            columns={columns}
            rows={rows}
            rowKey={(row) => row.name ?? ""}
            {...(by === "customer" ? { onPick: (row: Row) => row.name && onOpen(row.name) } : {})}
            maxHeight="calc(100vh - 12rem)"
          />
        </div>
      )}
    </Shown>
  );
}

function rate(value: number | null) {
  return value === null ? "–" : bitsPerSecond(value);
}

function columnsOf(by: "customer" | "region", onOpen: (customer: string) => void): TableColumn<Row>[] {
  const number = (key: string, title: string, about: string, value: (row: Row) => number | null): TableColumn<Row> => ({
    key,
    title,
    about,
    numeric: true,
    width: "7rem",
    value,
    show: (row) => rate(value(row)),
  });
  const nobody = by === "customer" ? "no customer" : "no region";
  return [
    {
      key: "name",
      title: by === "customer" ? "Customer" : "Region",
      width: "minmax(11rem,1.5fr)",
      value: (row) => row.name,
      show: (row) =>
        row.name === null ? (
          <span className="text-soft">{nobody}</span>
        ) : by === "customer" ? (
          <button type="button" tabIndex={-1} className="link" onClick={() => onOpen(row.name ?? "")}>
            {row.name}
          </button>
        ) : (
          row.name
        ),
    },
    ...(by === "customer"
      ? [
          {
            key: "region",
            title: "Region",
            width: "5rem",
            value: (row: Row) => row.region,
            show: (row: Row) => row.region ?? "–",
          },
        ]
      : []),
    number("out", "Out, avg", "Average of what leaves", (row) => row.out),
    number("out95", "Out, 95 %", "95th percentile of what leaves", (row) => row.p95out),
    number("in", "In, avg", "Average of what arrives", (row) => row.in),
    number("in95", "In, 95 %", "95th percentile of what arrives", (row) => row.p95in),
    {
      key: "share",
      title: "Share",
      about: "Of the volume of all, both ways",
      numeric: true,
      width: "5rem",
      value: (row) => row.share,
      show: (row) => finePercent(row.share),
    },
    {
      key: "line",
      title: "Out and in",
      about: "Over the range; each to its own highest value",
      width: "13rem",
      value: (row) => Math.max(0, ...row.lineOut, ...row.lineIn),
      show: (row) => (
        <span className="flex gap-2">
          <Sparkline
            values={row.lineOut}
            label={`out, at most ${bitsPerSecond(Math.max(0, ...row.lineOut))}`}
            colour="var(--color-second)"
          />
          <Sparkline values={row.lineIn} label={`in, at most ${bitsPerSecond(Math.max(0, ...row.lineIn))}`} />
        </span>
      ),
    },
  ];
}
