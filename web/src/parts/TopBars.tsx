import { useMemo, useState } from "react";
import { useLocation } from "wouter";
import type { NamedRow } from "../api/answer";
import { coloursOf, otherColour } from "../colour/palette";
import { bitsPerSecond, finePercent } from "../text/units";
import { useDark } from "../theme";
import { readable } from "../url/params";
import { copyText } from "./copy";
import { Menu, type MenuItem } from "./Menu";

interface Props {
  /** What is listed, for those who do not see it. */
  name: string;
  rows: readonly NamedRow[];
  /** The range of the rows, for links. */
  range: { from: string; to: string };
  /** Joined to each row's filter in links. */
  filter?: string;
}

/** Names with their rate, share and a bar: the small table of dashboards and pages. A click offers where to go on. */
export function TopBars({ name, rows, range, filter = "" }: Props) {
  const dark = useDark();
  const [menu, setMenu] = useState<{ row: NamedRow; at: { x: number; y: number } } | null>(null);
  const colours = useMemo(
    () =>
      coloursOf(
        rows.map((row) => row.key),
        dark,
      ),
    [rows, dark],
  );
  const widest = Math.max(1, ...rows.map((row) => row.bits));
  return (
    <>
      <ul aria-label={name} className="m-0 list-none p-0">
        {rows.map((row, i) => (
          <li key={row.key}>
            <button
              type="button"
              className="block w-full cursor-pointer rounded px-1 py-0.5 text-left hover:bg-sunken"
              aria-haspopup="menu"
              onClick={(event) => {
                const box = event.currentTarget.getBoundingClientRect();
                setMenu({ row, at: { x: event.clientX || box.left, y: event.clientY || box.bottom } });
              }}
            >
              <span className="flex items-baseline gap-2">
                <span className="min-w-0 grow truncate" title={[row.name, row.more].filter(Boolean).join(", ")}>
                  {row.name}
                  {row.more && <span className="pl-1.5 text-xs text-soft">{row.more}</span>}
                </span>
                <span className="whitespace-nowrap tabular-nums">{bitsPerSecond(row.bits)}</span>
                <span className="w-12 text-right text-xs whitespace-nowrap text-soft tabular-nums">
                  {finePercent(row.share)}
                </span>
              </span>
              <span className="mt-0.5 block h-1 rounded-full bg-sunken" aria-hidden="true">
                <span
                  className="block h-full rounded-full"
                  style={{
                    width: `${Math.max(0.5, (row.bits / widest) * 100)}%`,
                    background: row.filter === null ? otherColour(dark) : (colours[i] ?? otherColour(dark)),
                  }}
                />
              </span>
            </button>
          </li>
        ))}
      </ul>
      {menu && <RowMenu {...menu} range={range} filter={filter} onClose={() => setMenu(null)} />}
    </>
  );
}

export function joinFilters(...filters: (string | null | undefined)[]): string {
  const parts = filters.filter((one): one is string => Boolean(one));
  return parts.length === 1 ? (parts[0] ?? "") : parts.map((one) => `(${one})`).join(" and ");
}

function RowMenu(props: {
  row: NamedRow;
  at: { x: number; y: number };
  range: { from: string; to: string };
  filter: string;
  onClose: () => void;
}) {
  const [, go] = useLocation();
  const { row, range } = props;
  const filter = joinFilters(props.filter, row.filter);
  const to = (path: string) => go(path + readable(new URLSearchParams({ filter, ...range })));
  const items: MenuItem[] = [{ name: "Copy its name", run: () => void copyText(row.name, null) }];
  if (row.filter !== null)
    items.unshift(
      { name: "Explore this traffic", run: () => to("/explore") },
      { name: "Show these flows", run: () => to("/flows") },
    );
  return <Menu title={row.name} at={props.at} items={items} onClose={props.onClose} />;
}
