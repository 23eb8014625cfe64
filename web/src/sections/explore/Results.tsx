import { useMemo } from "react";
import { columnTitle } from "../../names/columns";
import { DataTable, type Place, type TableColumn } from "../../table/DataTable";
import type { Order } from "../../table/rows";
import { change, count, finePercent, octets } from "../../text/units";
import type { State } from "./question";
import type { Row, Shaped } from "./shape";
import { shown } from "./units";

interface Props {
  state: State;
  set: (change: Partial<State>) => void;
  shaped: Shaped;
  colours: Map<string, string>;
  onPoint: (key: string | null) => void;
  onPick: (row: Row, column: string, at: Place) => void;
}

function orderOf(text: string): Order | null {
  if (text === "") return null;
  return text.startsWith("-") ? { column: text.slice(1), descending: true } : { column: text, descending: false };
}

/** The figures: maximum, average, minimum, 95th percentile and last, as the old reports had them. */
export function Results({ state, set, shaped, colours, onPoint, onPick }: Props) {
  const { both, before, other } = state;
  const { by, unit } = shaped;
  const columns = useMemo(() => columnsOf(by, unit, both, before !== "no", colours), [by, unit, both, before, colours]);
  const rows = useMemo(() => (shaped.other && other ? [...shaped.rows, shaped.other] : shaped.rows), [shaped, other]);
  const order = useMemo(() => orderOf(state.order), [state.order]);
  return (
    <DataTable
      name="Figures of the rows"
      columns={columns}
      rows={rows}
      rowKey={(row) => row.key}
      order={order}
      onOrder={(next) => set({ order: `${next.descending ? "-" : ""}${next.column}` })}
      onPoint={(row) => onPoint(row?.key ?? null)}
      onPick={(row, column, at) => onPick(row, column.key, at)}
      footer={<Total shaped={shaped} unit={unit} />}
    />
  );
}

function Total({ shaped, unit }: { shaped: Shaped; unit: State["unit"] }) {
  if (unit === "share") return null;
  const show = shown(unit);
  const { statistics } = shaped.total;
  return (
    <span>
      All together: average <b>{show(statistics.average)}</b>, highest <b>{show(statistics.maximum)}</b>, 95 %{" "}
      <b>{show(statistics.percentile_95)}</b>, {octets(shaped.total.bytes)}
    </span>
  );
}

function columnsOf(
  by: readonly string[],
  unit: State["unit"],
  both: boolean,
  before: boolean,
  colours: Map<string, string>,
): TableColumn<Row>[] {
  const show = shown(unit);
  const figure = (key: string, title: string, value: (row: Row) => number | null, about = ""): TableColumn<Row> => ({
    key,
    title,
    about,
    numeric: true,
    width: "6.25rem",
    value,
    show: (row) => {
      const its = value(row);
      return its === null ? "" : show(its);
    },
  });
  const dimensions = by.map(
    (column, i): TableColumn<Row> => ({
      key: column,
      title: columnTitle(column),
      about: column,
      value: (row) => (row.key === "other" ? (i === 0 ? "everything else" : "") : (row.cells[i] ?? null)),
      show: (row) => (
        <span className="flex items-center gap-2">
          {i === 0 && <span className="swatch" style={{ background: colours.get(row.key) }} />}
          <span title={row.cellNames[i]} className={`truncate ${row.key === "other" ? "text-soft" : ""}`}>
            {row.key === "other" ? (i === 0 ? "everything else" : "") : row.cellNames[i]}
          </span>
        </span>
      ),
    }),
  );
  if (by.length === 0) {
    dimensions.push({ key: "all", title: "All traffic", value: () => "total", pick: false });
  }
  const columns = [
    ...dimensions,
    figure("max", "Max", (row) => row.statistics.maximum, "the highest step"),
    figure("avg", "Avg", (row) => row.statistics.average, "over the whole range"),
    figure("min", "Min", (row) => row.statistics.minimum, "the lowest step"),
    figure(
      "p95",
      "95 %",
      (row) => row.statistics.percentile_95,
      "95th percentile: the highest step when the top 5 % are thrown away",
    ),
    figure("last", "Last", (row) => row.statistics.last, "the last step"),
  ];
  if (both)
    columns.push(
      figure(
        "reverse",
        "Other way",
        (row) => row.reverse?.average ?? null,
        "average of the same with source and destination exchanged",
      ),
    );
  if (before) {
    columns.push({
      key: "change",
      title: "Change",
      about: "of the average, against the period before",
      numeric: true,
      width: "5rem",
      value: (row) =>
        row.previous && row.previous.average > 0 ? row.statistics.average / row.previous.average - 1 : null,
      show: (row) => (row.previous ? change(row.statistics.average, row.previous.average) : ""),
    });
  }
  columns.push(
    {
      key: "share",
      title: "Share",
      about: "of all that matches",
      numeric: true,
      width: "4.5rem",
      value: (row) => row.share,
      show: (row) => finePercent(row.share),
    },
    {
      key: "bytes",
      title: "Bytes",
      numeric: true,
      width: "5.25rem",
      value: (row) => row.bytes,
      show: (row) => octets(row.bytes),
    },
    {
      key: "packets",
      title: "Packets",
      numeric: true,
      width: "5rem",
      value: (row) => row.packets,
      show: (row) => count(row.packets),
    },
  );
  return columns;
}
