import { useMemo, useState } from "react";
import { useApi } from "../../api/useApi";
import { TimeChart } from "../../chart/TimeChart";
import { useMarks } from "../../chart/useMarks";
import { CopyAs, shellWord } from "../../copy/CopyAs";
import { fileName } from "../../copy/save";
import { narrowed, testFor } from "../../filter/combine";
import { FilterEditor } from "../../filter/FilterEditor";
import { useColumns, valueText } from "../../names/columns";
import { Choice } from "../../parts/Choice";
import { ColumnPicker } from "../../parts/ColumnPicker";
import { copyText } from "../../parts/copy";
import { Menu, type MenuItem } from "../../parts/Menu";
import { Popup } from "../../parts/Popup";
import { SectionHead } from "../../parts/SectionHead";
import { Notice, ProblemBox, Shown } from "../../parts/Shown";
import { DataTable, type Place, type TableColumn } from "../../table/DataTable";
import type { Order } from "../../table/rows";
import { bitsPerSecond, perSecond } from "../../text/units";
import { absolute } from "../../time/range";
import { type Time, useTime } from "../../time/useTime";
import { useParams } from "../../url/params";
import type { Answer } from "../explore/shape";
import { rates, stepOf } from "../explore/shape";
import { Detail, flowText } from "./Detail";
import { exportPath, FLOWS, histogramPath, pagePath, type State } from "./question";
import { type FlowRow, identity } from "./tail";
import { usePages, useTail } from "./usePages";

interface Open {
  title: string;
  at: Place;
  items: MenuItem[];
}

export default function Flows() {
  const [state, set] = useParams(FLOWS);
  const time = useTime();
  const pages = usePages(state, time.range, time.turn, !time.problem && !state.live);
  const tail = useTail(state);
  const columns = useColumns();
  const [menu, setMenu] = useState<Open | null>(null);
  const problem = state.live ? tail.problem : pages.first.problem;
  const pick = (column: string, value: string | number | null, at: Place, more: MenuItem[] = []) => {
    const test = testFor(column, value);
    setMenu({
      title: `${column}: ${valueText(column, value)}`,
      at,
      items: [
        ...more,
        { name: "Only this", run: () => set({ filter: narrowed(state.filter, test) }) },
        { name: "Without this", run: () => set({ filter: narrowed(state.filter, test, true) }) },
        { name: "Copy", run: () => void copyText(String(value ?? ""), null) },
      ],
    });
  };
  const table = (rows: FlowRow[]) => (
    <FlowTable
      state={state}
      set={set}
      rows={rows}
      columns={columns}
      zone={time.zoneId}
      onPick={pick}
      footer={
        !state.live && pages.more ? (
          <button type="button" className="button" disabled={pages.loading} onClick={pages.more}>
            {pages.loading ? "Loading..." : "Load more"}
          </button>
        ) : null
      }
    />
  );
  return (
    <>
      <SectionHead title="Flows">
        <button type="button" className="button" aria-pressed={state.live} onClick={() => set({ live: !state.live })}>
          {state.live ? "Stop the live tail" : "Live tail"}
        </button>
        <Export state={state} time={time} />
      </SectionHead>
      <div className="card mb-2 flex flex-col gap-2 p-2">
        <FilterEditor value={state.filter} onApply={(filter) => set({ filter })} problem={problem} />
        <ColumnPicker
          label="Columns"
          columns={columns}
          chosen={state.columns}
          onChange={(chosen) => set({ columns: chosen })}
          most={30}
        />
      </div>
      {!state.live && !time.problem && <Histogram state={state} set={set} time={time} />}
      {state.live ? (
        <div className="card min-w-0">
          {tail.problem && tail.problem.parameter !== "filter" && <ProblemBox problem={tail.problem} />}
          {tail.rows.length === 0 && !tail.problem ? <Notice>Waiting for flows that match.</Notice> : table(tail.rows)}
        </div>
      ) : (
        <Shown
          api={pages.first}
          told="filter"
          isEmpty={(page) => page.rows.length === 0}
          empty="No flows match in this range. Choose a longer range, or take away parts of the filter."
        >
          {() => (
            <div className="card min-w-0">
              {table(pages.rows)}
              {pages.problem && <ProblemBox problem={pages.problem} again={pages.more ?? undefined} />}
            </div>
          )}
        </Shown>
      )}
      {menu && <Menu title={menu.title} at={menu.at} items={menu.items} onClose={() => setMenu(null)} />}
    </>
  );
}

const WIDTHS: Record<string, string> = {
  time: "11.5rem",
  exporter_name: "minmax(7.5rem,1fr)",
  src_addr: "minmax(8rem,1fr)",
  dst_addr: "minmax(8rem,1fr)",
  src_as: "minmax(6rem,1fr)",
  dst_as: "minmax(6rem,1fr)",
  proto: "4.25rem",
  src_port: "5.25rem",
  dst_port: "5.25rem",
  bytes: "5.5rem",
  packets: "5rem",
  flows: "4.5rem",
};

interface TableProps {
  state: State;
  set: (change: Partial<State>) => void;
  rows: FlowRow[];
  columns: ReturnType<typeof useColumns>;
  zone: string;
  onPick: (column: string, value: string | number | null, at: Place, more?: MenuItem[]) => void;
  footer: React.ReactNode;
}

function FlowTable({ state, set, rows, columns, zone, onPick, footer }: TableProps) {
  const [opened, setOpened] = useState<ReadonlySet<string>>(new Set());
  const shown = useMemo(
    () =>
      state.columns.map((name): TableColumn<FlowRow> => {
        const info = columns.find((column) => column.name === name);
        const numeric = info?.role === "measure" || info?.type === "real";
        const width = WIDTHS[name] ?? (info?.type === "time" ? "11.5rem" : undefined);
        return {
          key: name,
          title: name,
          about: info?.meaning ?? "",
          numeric,
          ...(width ? { width } : {}),
          value: (row) => row[name] ?? null,
          show: (row) => flowText(info, name, row[name] ?? null, zone),
        };
      }),
    [state.columns, columns, zone],
  );
  const order = useMemo<Order>(() => {
    const first = state.order.split(",")[0] ?? "";
    return { column: first.replace(/^-/, ""), descending: first.startsWith("-") };
  }, [state.order]);
  const toggle = (row: FlowRow) => {
    const key = identity(row);
    const next = new Set(opened);
    if (!next.delete(key)) next.add(key);
    setOpened(next);
  };
  return (
    <DataTable
      name="Flows"
      columns={shown}
      rows={rows}
      rowKey={(row, i) => `${i}:${identity(row)}`}
      order={order}
      onOrder={(next) => set({ order: `${next.descending ? "-" : ""}${next.column}` })}
      onPick={(row, column, at) =>
        onPick(column.key, row[column.key] ?? null, at, [
          {
            name: opened.has(identity(row)) ? "Close this flow" : "Open this flow: all fields",
            run: () => toggle(row),
          },
        ])
      }
      onOpen={toggle}
      expanded={(row) =>
        opened.has(identity(row)) ? <Detail row={row} columns={columns} zone={zone} onPick={onPick} /> : null
      }
      maxHeight="max(24rem, calc(100vh - 24rem))"
      footer={footer}
    />
  );
}

const OF: readonly (readonly [State["of"], string])[] = [
  ["flows", "flows"],
  ["bytes", "bits"],
  ["packets", "packets"],
];
const SHOW: Record<State["of"], (value: number) => string> = {
  flows: (value) => perSecond(value, "flows"),
  bytes: bitsPerSecond,
  packets: (value) => perSecond(value, "p"),
};
const UNIT = { flows: "fps", bytes: "bps", packets: "pps" } as const;

function Histogram({ state, set, time }: { state: State; set: (change: Partial<State>) => void; time: Time }) {
  const api = useApi<Answer>(histogramPath(state, time.range), { turn: time.turn });
  const { data } = api;
  const marks = useMarks(data?.from ?? null, data?.to ?? null);
  const of = state.of;
  const chart = useMemo(() => {
    if (!data) return null;
    const stepMs = stepOf(data);
    const values = rates(data.total.series, UNIT[of], stepMs, data.to);
    return {
      times: (data.total.series ?? []).map((bucket) => bucket.time),
      stepMs,
      series: [{ key: "all", name: `${of === "bytes" ? "traffic" : of}`, colour: "#0f766e", values }],
    };
  }, [data, of]);
  return (
    <div className="card relative mb-2 min-w-0 p-2">
      <div className="mb-1 flex justify-end">
        <Choice label="Histogram of" value={of} choices={OF} onChoose={(next) => set({ of: next })} />
      </div>
      <Shown api={api} told="filter" tall="min-h-32">
        {() =>
          chart && (
            <TimeChart
              {...chart}
              title={`Histogram of ${of}`}
              kind="bars"
              show={SHOW[of]}
              zone={time.zoneId}
              height={130}
              marks={marks}
              onZoom={(from, to) => time.setRange(absolute(from, to))}
            />
          )
        }
      </Shown>
    </div>
  );
}

function Export({ state, time }: { state: State; time: Time }) {
  const whole = (path: string) => location.origin + path;
  return (
    <>
      <Popup label="Export" align="right" panelClass="w-64 p-1">
        {(close) =>
          (["csv", "ndjson"] as const).map((format) => (
            <a
              key={format}
              className="choice"
              href={exportPath(state, time.range, format)}
              download={fileName("flows", format)}
              onClick={close}
            >
              All flows of this range, {format.toUpperCase()}
            </a>
          ))
        }
      </Popup>
      <CopyAs
        forms={() => [
          { name: "Link", text: location.href },
          { name: "curl, this page", text: `curl ${shellWord(whole(pagePath(state, time.range, null)))}` },
          { name: "curl, all flows", text: `curl ${shellWord(whole(exportPath(state, time.range, "ndjson")))}` },
        ]}
      />
    </>
  );
}
