import { useMemo, useState } from "react";
import { useLocation } from "wouter";
import { TimeChart } from "../../chart/TimeChart";
import { coloursOf, otherColour } from "../../colour/palette";
import { copyText } from "../../parts/copy";
import { Menu, type MenuItem } from "../../parts/Menu";
import { Notice } from "../../parts/Shown";
import { DataTable, type Place, type TableColumn } from "../../table/DataTable";
import { useDark } from "../../theme";
import { absolute } from "../../time/range";
import type { Time } from "../../time/useTime";
import { readable } from "../../url/params";
import {
  type Column,
  cellText,
  footRows,
  headText,
  isNumeric,
  type Row,
  rateText,
  restHides,
  rowName,
  seriesOf,
  type Table,
} from "./outcome";

interface Props {
  table: Table;
  time: Time;
  stepMs: number;
}

/** Only some columns need another width than numbers have. */
const WIDTHS: Record<string, string> = {
  as_name: "minmax(10.5rem,1.2fr)",
  as_path: "minmax(10.5rem,1.4fr)",
  src_addr: "minmax(10rem,1fr)",
  dst_addr: "minmax(10rem,1fr)",
};

/** Wide enough for the title and for any number. */
function widthOf(column: Column): string {
  if (column.kind === "text") return "minmax(8rem,1fr)";
  if (column.kind === "time") return "10.5rem";
  return `${Math.max(5.9, headText(column).length * 0.58 + 1.6).toFixed(1)}rem`;
}

/** One table of a report with its chart above. */
export function ReportTable({ table, time, stepMs }: Props) {
  const dark = useDark();
  const [chosen, setChosen] = useState<number | null>(null);
  const [menu, setMenu] = useState<{ row: Row; at: Place } | null>(null);
  const hides = restHides(table);
  const [wanted, setWanted] = useState<boolean | null>(null);
  const withRest = wanted ?? !hides;
  const series = useMemo(
    () => seriesOf(table, (keys) => coloursOf(keys, dark), otherColour(dark), withRest),
    [table, dark, withRest],
  );
  const rows = useMemo(() => table.rows.map((row, i) => ({ ...row, place: i })), [table]);
  const swatches = useMemo(() => new Map(series.map((one) => [one.key, one.colour])), [series]);
  const columns = useMemo<TableColumn<(typeof rows)[number]>[]>(
    () => [
      {
        key: "place",
        title: "#",
        numeric: true,
        width: "3.2rem",
        value: (row) => row.place + 1,
        show: (row) => (
          <span className="inline-flex items-center gap-1.5">
            {swatches.has(String(row.place)) && (
              <span className="swatch" style={{ background: swatches.get(String(row.place)) }} />
            )}
            {row.place + 1}
          </span>
        ),
      },
      ...table.columns.map((column, i) => ({
        key: column.name,
        title: headText(column),
        about: column.unit ? `${column.title}, ${column.unit}` : column.title,
        numeric: isNumeric(column),
        width: WIDTHS[column.name] ?? widthOf(column),
        value: (row: Row) => row.cells[i] ?? null,
        show: (row: Row) => {
          const text = cellText(column, row.cells[i] ?? null, time.zoneId);
          if (text !== null) return <span title={text.length > 18 ? text : undefined}>{text}</span>;
          return (
            <span className="text-soft">
              {column.name === "as_name" || column.name === "as_path" ? "–" : "unknown"}
            </span>
          );
        },
      })),
    ],
    [table, swatches, time.zoneId],
  );
  const show = useMemo(() => (value: number) => rateText(value, table.unit), [table.unit]);
  return (
    <section className="card mb-3 overflow-hidden" aria-label={table.title}>
      <div className="flex flex-wrap items-center gap-2 px-3 pt-2">
        <h2 className="grow font-semibold">{table.title}</h2>
        {table.other && table.buckets.length > 0 && table.rows.length > 0 && (
          <label className="flex min-h-6 cursor-pointer items-center gap-1.5 text-soft">
            <input type="checkbox" checked={withRest} onChange={() => setWanted(!withRest)} />
            everything else in the chart
          </label>
        )}
      </div>
      {table.rows.length === 0 ? (
        <div className="p-3">
          <Notice>Nothing of this matches. Widen the range, or clear a field of the form.</Notice>
        </div>
      ) : (
        <>
          {series.length > 0 && (
            <div className="px-2 pt-1">
              <TimeChart
                title={table.title}
                times={table.buckets}
                stepMs={stepMs}
                series={series}
                kind="stack"
                show={show}
                zone={time.zoneId}
                height={240}
                chosen={chosen === null ? null : String(chosen)}
                onZoom={(from, to) => time.setRange(absolute(from, to))}
              />
            </div>
          )}
          <DataTable
            name={table.title}
            columns={columns}
            rows={rows}
            rowKey={(row) => String(row.place)}
            onPoint={(row) => setChosen(row && row.place < 24 ? row.place : null)}
            onPick={(row, _, at) => setMenu({ row, at })}
            maxHeight="34rem"
            footer={<Foot table={table} zone={time.zoneId} />}
          />
        </>
      )}
      {menu && (
        <RowMenu
          title={rowName(table, menu.row)}
          filter={menu.row.filter}
          at={menu.at}
          time={time}
          onClose={() => setMenu(null)}
        />
      )}
    </section>
  );
}

function Foot({ table, zone }: { table: Table; zone: string }) {
  const shown = ["average", "percentile_95", "bytes", "layer2_bytes"];
  return (
    <span className="flex flex-wrap gap-x-4">
      {footRows(table).map(({ name, row }) => (
        <span key={name}>
          <b className="font-semibold text-ink">{name}:</b>{" "}
          {table.columns
            .map((column, i) => ({ column, text: cellText(column, row.cells[i] ?? null, zone) }))
            .filter(({ column, text }) => text !== null && (shown.includes(column.name) || column.kind === "money"))
            .map(({ column, text }) => `${column.title} ${text}${column.kind === "money" ? ` ${column.unit}` : ""}`)
            .join(", ")}
        </span>
      ))}
    </span>
  );
}

function RowMenu(props: { title: string; filter: string | null; at: Place; time: Time; onClose: () => void }) {
  const [, go] = useLocation();
  const { filter, time } = props;
  const link = (path: string) =>
    path + readable(new URLSearchParams({ filter: filter ?? "", from: time.range.from, to: time.range.to }));
  const items: MenuItem[] =
    filter === null
      ? []
      : [
          { name: "Explore this traffic", run: () => go(link("/explore")) },
          { name: "Show these flows", run: () => go(link("/flows")) },
          { name: "Copy its filter", run: () => void copyText(filter, null) },
        ];
  items.push({ name: "Copy its name", run: () => void copyText(props.title, null) });
  return <Menu title={props.title} at={props.at} items={items} onClose={props.onClose} />;
}
