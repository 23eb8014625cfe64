import { useVirtualizer } from "@tanstack/react-virtual";
import { type KeyboardEvent, type ReactNode, useMemo, useRef, useState } from "react";
import { copyText } from "../parts/copy";
import { type Order, sorted, tabbed, type Value } from "./rows";

export interface TableColumn<R> {
  /** Stable name, for the order in the address. */
  key: string;
  title: string;
  /** Longer, under the pointer. */
  about?: string;
  /** Numbers stand right. */
  numeric?: boolean;
  /** What is sorted and copied. */
  value: (row: R) => Value;
  /** What is shown; `value` where it is left out. */
  show?: (row: R) => ReactNode;
  /** In rem: "9rem", or "minmax(9rem,1fr)" for a column that takes a part of what is left over, as those without one do. */
  width?: string;
  /** False: clicking a cell of it does nothing. */
  pick?: boolean;
}

export interface Place {
  x: number;
  y: number;
}

interface Props<R> {
  /** What the table holds, for those who do not see it. */
  name: string;
  columns: readonly TableColumn<R>[];
  rows: readonly R[];
  rowKey: (row: R, i: number) => string;
  order?: Order | null;
  onOrder?: (order: Order) => void;
  /** A cell was clicked, or Enter pressed on it. */
  onPick?: (row: R, column: TableColumn<R>, at: Place) => void;
  /** The pointer or the keyboard is on a row; null: on none. */
  onPoint?: (row: R | null) => void;
  /** A double click on a row, or "o" pressed on it. */
  onOpen?: (row: R) => void;
  /** Under the row, over the table's whole width. */
  expanded?: (row: R) => ReactNode;
  /** The highest the table gets, as CSS; beyond it scrolls. */
  maxHeight?: string;
  /** Behind the last row, e.g. "more". */
  footer?: ReactNode;
}

const ROW_PX = 27;
const FREE_REM = 14;

/**
 * Rows in columns: sorted by a click on a heading, copied as a whole or by cell (Ctrl+C), walked with the arrow keys. Only what
 * is in sight is in the document, so that 10,000 rows scroll smoothly.
 */
export function DataTable<R>(props: Props<R>) {
  const { name, columns, rows, rowKey, onPoint, expanded, maxHeight = "32rem", footer } = props;
  const [own, setOwn] = useState<Order | null>(null);
  const order = props.order === undefined ? own : props.order;
  const ordered = useMemo(() => {
    const column = order && columns.find((one) => one.key === order.column);
    return column ? sorted(rows, column.value, order.descending) : rows;
  }, [rows, columns, order]);
  const [active, setActive] = useState({ row: 0, column: 0 });
  const scroll = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: ordered.length,
    getScrollElement: () => scroll.current,
    estimateSize: () => ROW_PX,
    overscan: 12,
    getItemKey: (i) => {
      const row = ordered[i];
      return row === undefined ? i : rowKey(row, i);
    },
    initialRect: { width: 1000, height: 600 },
  });
  const template = columns.map((column) => column.width ?? `minmax(${FREE_REM}rem,1fr)`).join(" ");
  // Every line is a grid of its own; they agree because all have the same width.
  const least = columns.reduce((sum, { width }) => sum + leastOf(width), 0);

  const move = (row: number, column: number) => {
    const next = {
      row: Math.min(ordered.length - 1, Math.max(0, row)),
      column: Math.min(columns.length - 1, Math.max(0, column)),
    };
    setActive(next);
    virtual.scrollToIndex(next.row);
    onPoint?.(ordered[next.row] ?? null);
    requestAnimationFrame(() => cellOf(scroll.current, next)?.focus({ preventScroll: true }));
  };
  const pick = (cell: HTMLElement, rowAt: number, columnAt: number, at?: Place) => {
    const row = ordered[rowAt];
    const column = columns[columnAt];
    if (row === undefined || !column || column.pick === false) return;
    const box = cell.getBoundingClientRect();
    props.onPick?.(row, column, at ?? { x: box.left + 8, y: box.bottom });
  };
  const keys = (event: KeyboardEvent<HTMLElement>) => {
    const cell = (event.target as HTMLElement).closest<HTMLElement>("[data-cell]");
    if (!cell || event.target !== cell) return;
    const [row, column] = (cell.dataset.cell ?? "0:0").split(":").map(Number) as [number, number];
    const page = Math.max(1, Math.floor((scroll.current?.clientHeight ?? 300) / ROW_PX) - 2);
    const steps: Record<string, [number, number]> = {
      ArrowUp: [row - 1, column],
      ArrowDown: [row + 1, column],
      ArrowLeft: [row, column - 1],
      ArrowRight: [row, column + 1],
      PageUp: [row - page, column],
      PageDown: [row + page, column],
      Home: event.ctrlKey ? [0, 0] : [row, 0],
      End: event.ctrlKey ? [ordered.length - 1, columns.length - 1] : [row, columns.length - 1],
    };
    const step = steps[event.key];
    if (step) {
      event.preventDefault();
      move(...step);
    } else if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      pick(cell, row, column);
    } else if (event.key === "o" && props.onOpen && !event.ctrlKey && !event.metaKey) {
      const chosen = ordered[row];
      if (chosen !== undefined) props.onOpen(chosen);
    } else if (event.key === "c" && (event.ctrlKey || event.metaKey) && String(getSelection()) === "") {
      const chosen = ordered[row];
      if (chosen !== undefined) void copyText(String(columns[column]?.value(chosen) ?? ""), cell);
    }
  };
  const choose = (column: TableColumn<R>) => {
    const next = {
      column: column.key,
      descending: order?.column === column.key ? !order.descending : Boolean(column.numeric),
    };
    setOwn(next);
    props.onOrder?.(next);
  };

  return (
    <div>
      <div
        ref={scroll}
        className="grid-scroll"
        style={{ maxHeight }}
        role="grid"
        aria-label={name}
        aria-rowcount={ordered.length + 1}
        aria-colcount={columns.length}
        tabIndex={ordered.length === 0 ? 0 : -1}
        onKeyDown={keys}
        onPointerLeave={() => onPoint?.(null)}
      >
        <div
          role="row"
          aria-rowindex={1}
          className="grid-head"
          style={{ gridTemplateColumns: template, minWidth: `${least}rem` }}
        >
          {columns.map((column) => (
            <Heading key={column.key} column={column} order={order} onChoose={() => choose(column)} />
          ))}
        </div>
        <div role="rowgroup" className="relative" style={{ height: virtual.getTotalSize(), minWidth: `${least}rem` }}>
          {virtual.getVirtualItems().map((item) => {
            const row = ordered[item.index] as R;
            const more = expanded?.(row);
            return (
              <div
                key={item.key}
                data-index={item.index}
                ref={virtual.measureElement}
                className="absolute left-0 top-0 w-full"
                style={{ transform: `translateY(${item.start}px)` }}
                role="presentation"
              >
                <div
                  role="row"
                  aria-rowindex={item.index + 2}
                  className="grid-line"
                  style={{ gridTemplateColumns: template }}
                  onPointerEnter={() => onPoint?.(row)}
                >
                  {columns.map((column, at) => (
                    <div
                      key={column.key}
                      role="gridcell"
                      data-cell={`${item.index}:${at}`}
                      tabIndex={active.row === item.index && active.column === at ? 0 : -1}
                      className={`grid-cell ${column.numeric ? "text-right tabular-nums" : ""} ${props.onPick && column.pick !== false ? "cursor-pointer" : ""}`}
                      onFocus={() => setActive({ row: item.index, column: at })}
                      onClick={(event) => {
                        if (String(getSelection()) === "") {
                          pick(event.currentTarget, item.index, at, { x: event.clientX, y: event.clientY });
                        }
                      }}
                    >
                      {column.show
                        ? column.show(row)
                        : (column.value(row) ?? <span className="text-soft">unknown</span>)}
                    </div>
                  ))}
                </div>
                {more && (
                  <div role="row">
                    <div role="gridcell" aria-colspan={columns.length}>
                      {more}
                    </div>
                  </div>
                )}
              </div>
            );
          })}
        </div>
      </div>
      <div className="flex flex-wrap items-center gap-2 border-t border-line px-2 py-1 text-xs text-soft">
        <span>
          {ordered.length.toLocaleString("en-GB")} {ordered.length === 1 ? "row" : "rows"}
        </span>
        <CopyTable columns={columns} rows={ordered} />
        <span className="grow" />
        {footer}
      </div>
    </div>
  );
}

/** In rem: "9rem" and "minmax(9rem,1fr)" are at least 9. */
function leastOf(width: string | undefined): number {
  return width === undefined ? FREE_REM : Number(/[\d.]+/.exec(width)?.[0] ?? FREE_REM);
}

function cellOf(within: HTMLElement | null, { row, column }: { row: number; column: number }) {
  return within?.querySelector<HTMLElement>(`[data-cell="${row}:${column}"]`);
}

function Heading<R>({
  column,
  order,
  onChoose,
}: {
  column: TableColumn<R>;
  order: Order | null;
  onChoose: () => void;
}) {
  const mine = order?.column === column.key;
  const sort = mine ? (order.descending ? "descending" : "ascending") : "none";
  // Before the title where that stands right, so that titles and figures end at the same place.
  const arrow = mine && <span aria-hidden="true">{order.descending ? "▼" : "▲"}</span>;
  return (
    <div role="columnheader" aria-sort={sort} className="min-w-0">
      <button type="button" title={column.about} onClick={onChoose} className={column.numeric ? "justify-end" : ""}>
        {column.numeric && arrow}
        <span className="truncate">{column.title}</span>
        {!column.numeric && arrow}
      </button>
    </div>
  );
}

function CopyTable<R>({ columns, rows }: { columns: readonly TableColumn<R>[]; rows: readonly R[] }) {
  const [said, setSaid] = useState("");
  const text = useRef<HTMLPreElement>(null);
  const copy = async () => {
    const all = tabbed([
      columns.map((column) => column.title),
      ...rows.map((row) => columns.map((column) => column.value(row))),
    ]);
    if (text.current) text.current.textContent = all;
    const done = await copyText(all, text.current);
    setSaid(done ? "copied" : "marked below: press Ctrl+C");
    if (done && text.current) text.current.textContent = "";
  };
  return (
    <>
      <button type="button" className="link" onClick={copy}>
        Copy table
      </button>
      <span role="status">{said}</span>
      <pre ref={text} className="max-h-24 w-full overflow-auto empty:hidden" />
    </>
  );
}
