import { useMemo } from "react";
import { apiPath } from "../../api/client";
import { useApi } from "../../api/useApi";
import { AS_COLUMNS, type AsNames, type ColumnInfo, columnTitle, valueText } from "../../names/columns";
import type { Place } from "../../table/DataTable";
import { grouped } from "../../text/units";
import { stampText } from "../../time/format";
import type { FlowRow } from "./tail";

/** A value of a flow as people read it. */
export function flowText(
  column: ColumnInfo | undefined,
  name: string,
  value: string | number | null,
  zone: string,
  ases: AsNames = {},
): string {
  if (value === null || value === "") return "";
  if (column?.type === "time" && typeof value === "number") return stampText(value, zone, true);
  if (typeof value === "number" && column?.role === "measure") return grouped(value);
  if (column?.type === "real") return Number(value).toLocaleString("en-GB", { maximumFractionDigits: 1 });
  return valueText(name, value, ases);
}

interface Props {
  row: FlowRow;
  columns: readonly ColumnInfo[];
  zone: string;
  onPick: (column: string, value: string | number | null, at: Place) => void;
}

const ADDRESSES = ["src_addr", "dst_addr", "next_hop", "bgp_next_hop", "nat_src_addr", "nat_dst_addr"];
const NOBODY = new Set(["", "0.0.0.0", "::"]);

/** Names of the flow's addresses from the reverse DNS; they are asked for when somebody looks. */
function useNames(row: FlowRow): Map<string, string> {
  const addresses = ADDRESSES.map((name) => String(row[name] ?? "")).filter((address) => !NOBODY.has(address));
  const asked = useApi<{ names: { address: string; name: string }[] }>(
    addresses.length > 0 ? apiPath("/api/v1/names", { addresses: [...new Set(addresses)].join(",") }) : null,
  );
  return useMemo(() => new Map((asked.data?.names ?? []).map(({ address, name }) => [address, name])), [asked.data]);
}

/** Every field of one flow, with what is known of its autonomous systems and addresses. */
export function Detail({ row, columns, zone, onPick }: Props) {
  const numbers = AS_COLUMNS.map((name) => row[name]).filter((value) => typeof value === "number" && value > 0);
  const asked = useApi<{ ases: { as: number; name: string; country: string }[] }>(
    numbers.length > 0 ? apiPath("/api/v1/as", { numbers: numbers.join(",") }) : null,
  );
  const ases = useMemo<AsNames>(
    () => Object.fromEntries((asked.data?.ases ?? []).map((one) => [String(one.as), one])),
    [asked.data],
  );
  const names = useNames(row);
  const known = columns.filter(
    (column) => row[column.name] !== null && row[column.name] !== undefined && row[column.name] !== "",
  );
  const unknown = columns.filter((column) => column.name in row && !known.includes(column));
  return (
    <div className="sticky left-0 w-[100cqw] border-b border-line bg-sunken px-3 py-2">
      <dl className="grid gap-x-6 gap-y-0.5 sm:grid-cols-2 xl:grid-cols-3">
        {known.map((column) => {
          const value = row[column.name] ?? null;
          const name = ADDRESSES.includes(column.name) ? names.get(String(value)) : undefined;
          return (
            <div key={column.name} className="flex min-w-0 gap-2">
              <dt className="w-40 shrink-0 truncate text-soft" title={`${column.name}: ${column.meaning}`}>
                {columnTitle(column.name)}
              </dt>
              <dd className="min-w-0">
                <button
                  type="button"
                  className="min-h-6 max-w-full cursor-pointer truncate text-left hover:underline"
                  onClick={(event) => onPick(column.name, value, { x: event.clientX, y: event.clientY })}
                >
                  {flowText(column, column.name, value, zone, ases)}{" "}
                  {column.unit && column.unit !== "ms" && <span className="text-soft">{column.unit}</span>}
                  {name && <span className="text-soft">{name}</span>}
                </button>
              </dd>
            </div>
          );
        })}
      </dl>
      {unknown.length > 0 && (
        <p className="mt-1 text-xs text-soft">
          Not known: {unknown.map((column) => columnTitle(column.name)).join(", ")}
        </p>
      )}
    </div>
  );
}
