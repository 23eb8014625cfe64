import type { TopEvent, TopList, TopRow } from "../api/types";
import { TOP_TITLES, topRowName } from "../text/names";
import { bitsPerSecond, clock, percent } from "../text/units";
import { Unknown } from "./Exporters";

const ROW_HEIGHT = 44;
const ROWS = 10;

export function TopTalkers({ top }: { top: TopEvent | null }) {
  return (
    <section aria-labelledby="top-title">
      <div className="flex flex-wrap items-baseline gap-x-3 pb-2">
        <h2 id="top-title" className="font-semibold">
          Top talkers
        </h2>
        <span className="text-sm text-soft">
          {top?.lists ? `by estimated traffic, mean of ${clock(top.from)} to ${clock(top.to)}` : "asking the store"}
        </span>
        {top?.error && (
          <span role="alert" className="text-sm text-bad">
            The store could not answer: {top.error}
          </span>
        )}
      </div>
      <div className="grid gap-3 md:grid-cols-2 xl:grid-cols-6">
        {(top?.lists ?? []).map((list) => (
          <List key={list.name} list={list} />
        ))}
      </div>
    </section>
  );
}

function List({ list }: { list: TopList }) {
  const rows = list.rows.slice(0, ROWS);
  return (
    <div className={`card px-4 py-3 ${list.name.endsWith("interfaces") ? "xl:col-span-3" : "xl:col-span-2"}`}>
      <h3 className="pb-1 text-sm font-medium text-soft">{TOP_TITLES[list.name]}</h3>
      {rows.length === 0 && <p className="py-4 text-sm text-soft">no traffic in this time</p>}
      {/* Rows are placed by hand, so that one that rises or falls is seen to move. */}
      <ol className="relative m-0 list-none p-0" style={{ height: rows.length * ROW_HEIGHT }}>
        {rows.map((row, i) => (
          <Row key={JSON.stringify(row.key)} list={list.name} row={row} place={i} widest={rows[0]?.bits_per_s ?? 1} />
        ))}
      </ol>
    </div>
  );
}

function Row({ list, row, place, widest }: { list: TopList["name"]; row: TopRow; place: number; widest: number }) {
  const { main, more } = topRowName(list, row.key);
  const width = widest > 0 ? (row.bits_per_s / widest) * 100 : 0;
  return (
    <li
      className="absolute inset-x-0 top-0 transition-transform duration-700 ease-out"
      style={{ transform: `translateY(${place * ROW_HEIGHT}px)`, height: ROW_HEIGHT }}
    >
      <div className="flex items-baseline gap-2 pt-1.5 text-sm">
        <span className="min-w-0 grow truncate" title={[main ?? "unknown", more].filter(Boolean).join(" at ")}>
          <span className={list === "sources" || list === "destinations" ? "font-mono" : "font-medium"}>
            {main ?? <Unknown />}
          </span>
          {more && <span className="pl-1.5 text-xs text-soft">{more}</span>}
        </span>
        <span className="font-medium whitespace-nowrap tabular-nums">{bitsPerSecond(row.bits_per_s)}</span>
        <span className="w-10 text-right text-xs text-soft tabular-nums">{percent(row.share)}</span>
      </div>
      <div className="mt-1 h-1.5 rounded-full bg-sunken" aria-hidden="true">
        <div className="h-full rounded-full bg-brand transition-[width] duration-700" style={{ width: `${width}%` }} />
      </div>
    </li>
  );
}
