// Bills at the 95th percentile: this month so far, and the frozen ones with their hash.
import { useMemo } from "react";
import { useApi } from "../../api/useApi";
import { SectionHead } from "../../parts/SectionHead";
import { Notice, Shown } from "../../parts/Shown";
import { DataTable, type TableColumn } from "../../table/DataTable";
import { text, useParams } from "../../url/params";
import {
  type BillingAnswer,
  COUNTED,
  type Entry,
  EXAMPLE,
  type Group,
  megabits,
  money,
  monthName,
  price,
} from "./bills";
import { OneBill } from "./OneBill";

const PARAMS = { group: text(), month: text() };

export default function Billing() {
  const [{ group, month }, set] = useParams(PARAMS);
  const api = useApi<BillingAnswer>("/api/v1/billing", { every: 300_000 });
  if (group !== "") {
    return (
      <OneBill
        key={group}
        group={group}
        month={month}
        all={api.data ?? null}
        onMonth={(next) => set({ month: next })}
        onBack={() => set({ group: "", month: "" })}
        onChanged={api.again}
      />
    );
  }
  return (
    <>
      <SectionHead title="Billing" />
      {api.problem?.status === 404 ? (
        <Nothing />
      ) : (
        <Shown api={api} tall="min-h-60">
          {(data) =>
            data.groups.length === 0 && data.bills.length === 0 ? (
              <Nothing />
            ) : (
              <Bills data={data} onOpen={(entry) => set({ group: entry.group, month: entry.month })} />
            )
          }
        </Shown>
      )}
    </>
  );
}

function Nothing() {
  return (
    <Notice>
      <p>
        Nothing is billed yet. Groups of interfaces, customers, networks or prefixes are named in the configuration:
      </p>
      <pre className="my-2 overflow-auto rounded bg-card p-2 text-ink">{EXAMPLE}</pre>
      <p>After a reload (SIGHUP) this month so far stands here, and each month is frozen when it is over.</p>
    </Notice>
  );
}

function Bills({ data, onOpen }: { data: BillingAnswer; onOpen: (entry: Entry) => void }) {
  const groups = useMemo(() => new Map(data.groups.map((one) => [one.name, one])), [data]);
  const columns = useMemo(() => columnsOf(groups, onOpen), [groups, onOpen]);
  return (
    <>
      <p className="mb-2 text-soft">
        Months begin and end at midnight of {data.time_zone}. A month that is over is frozen with its samples; open ones
        are reckoned when they are opened.
      </p>
      <div className="card overflow-hidden">
        <DataTable
          name="Bills"
          columns={columns}
          rows={data.bills}
          rowKey={(entry) => `${entry.group} ${entry.month}`}
          onPick={(entry) => onOpen(entry)}
          maxHeight="calc(100vh - 12rem)"
        />
      </div>
    </>
  );
}

function columnsOf(groups: Map<string, Group>, onOpen: (entry: Entry) => void): TableColumn<Entry>[] {
  const of = (entry: Entry) => groups.get(entry.group);
  return [
    { key: "month", title: "Month", width: "9rem", value: (one) => one.month, show: (one) => monthName(one.month) },
    {
      key: "group",
      title: "Group",
      width: "minmax(11rem,1.5fr)",
      value: (one) => one.group,
      show: (one) => (
        <button type="button" tabIndex={-1} className="link" onClick={() => onOpen(one)}>
          {one.group}
        </button>
      ),
    },
    {
      key: "state",
      title: "State",
      width: "6rem",
      value: (one) => (one.trouble ? "trouble" : one.frozen ? "frozen" : "open"),
      show: (one) => (
        <span className={one.trouble ? "font-semibold text-bad" : ""} title={one.trouble ?? undefined}>
          {one.trouble ? "trouble" : one.frozen ? "frozen" : "open"}
        </span>
      ),
    },
    {
      key: "total",
      title: "Total",
      numeric: true,
      width: "9rem",
      value: (one) => one.total_cents,
      show: (one) =>
        one.total_cents === null ? <span className="text-soft">open it</span> : money(one.total_cents, one.currency),
    },
    {
      key: "commit",
      title: "Commitment",
      numeric: true,
      width: "9rem",
      value: (one) => of(one)?.commit_bps ?? null,
      show: (one) => {
        const group = of(one);
        return group ? (
          group.commit_bps > 0 ? (
            megabits(group.commit_bps)
          ) : (
            "none"
          )
        ) : (
          <span className="text-soft">no longer configured</span>
        );
      },
    },
    {
      key: "price",
      title: "Price of 1 Mbit/s",
      numeric: true,
      width: "9rem",
      value: (one) => of(one)?.price_micros ?? null,
      show: (one) => {
        const group = of(one);
        return group ? price(group.price_micros, one.currency) : "–";
      },
    },
    {
      key: "counted",
      title: "Counted",
      width: "minmax(10rem,1fr)",
      value: (one) => of(one)?.counted ?? null,
      show: (one) => {
        const group = of(one);
        return group ? COUNTED[group.counted] : "–";
      },
    },
    {
      key: "hash",
      title: "SHA-256",
      width: "10rem",
      value: (one) => one.sha256,
      show: (one) =>
        one.sha256 ? <code title={one.sha256}>{one.sha256.slice(0, 16)}</code> : <span className="text-soft">–</span>,
    },
  ];
}
