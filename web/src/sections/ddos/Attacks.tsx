import { useMemo } from "react";
import { apiPath } from "../../api/client";
import { useApi } from "../../api/useApi";
import { Notice, Shown } from "../../parts/Shown";
import { DataTable, type TableColumn } from "../../table/DataTable";
import { bitsPerSecond, duration, octets, perSecond } from "../../text/units";
import { dateText } from "../../time/format";
import type { Time } from "../../time/useTime";
import type { Attack } from "./api";
import { attackColumns } from "./attackColumns";
import type { SetDdos } from "./params";
import { measured, targetText } from "./shape";

interface List {
  attacks: Attack[];
}
const LIVE_MS = 2000;

/** Open attacks as they go on, and those of the chosen time. */
export function Attacks({ set, time }: { set: SetDdos; time: Time }) {
  const open = useApi<List>("/api/v1/attacks?past=0&top=500", { every: LIVE_MS });
  const past = useApi<List>(time.problem ? null : apiPath("/api/v1/attacks", { open: 0, ...time.range, top: 2000 }), {
    turn: time.turn,
    every: 10_000,
  });
  const choose = (attack: Attack) => set({ attack: attack.id });
  return (
    <div className="flex flex-col gap-4">
      <section aria-labelledby="open-title">
        <h2 id="open-title" className="mb-1 font-semibold">
          Going on now{open.data && open.data.attacks.length > 0 ? ` (${open.data.attacks.length})` : ""}
        </h2>
        <Shown
          api={{ ...open, working: open.working && open.data === undefined }}
          tall="min-h-16"
          isEmpty={(list) => list.attacks.length === 0}
          empty="No attack is going on. New ones appear here within two seconds."
        >
          {(list) => (
            <ul className="grid gap-2 lg:grid-cols-2 2xl:grid-cols-3">
              {list.attacks.map((attack) => (
                <li key={attack.id}>
                  <OpenAttack attack={attack} zone={time.zoneId} onChoose={() => choose(attack)} />
                </li>
              ))}
            </ul>
          )}
        </Shown>
      </section>
      <section aria-labelledby="past-title">
        <h2 id="past-title" className="mb-1 font-semibold">
          Over, in the chosen time
        </h2>
        {time.problem ? (
          <Notice>{time.problem}</Notice>
        ) : (
          <Shown
            api={{ ...past, working: past.working && past.data === undefined }}
            isEmpty={(list) => list.attacks.length === 0}
            empty={
              <>
                No attack ended in this time.{" "}
                <button type="button" className="link" onClick={() => time.setRange({ from: "-30d", to: "now" })}>
                  Look at the last 30 days
                </button>
              </>
            }
          >
            {(list) => (
              <div className="card min-w-0">
                <PastAttacks attacks={list.attacks} zone={time.zoneId} onChoose={choose} />
              </div>
            )}
          </Shown>
        )}
      </section>
    </div>
  );
}

function OpenAttack({ attack, zone, onChoose }: { attack: Attack; zone: string; onChoose: () => void }) {
  const over = attack.threshold > 0 ? attack.value / attack.threshold : 0;
  return (
    <article className="card h-full border-l-4 border-l-bad px-3 py-2">
      <h3 className="flex flex-wrap items-baseline gap-x-2">
        <button type="button" className="link text-base font-semibold" onClick={onChoose}>
          {attack.title} {attack.way === "outgoing" ? "from" : "on"} {targetText(attack)}
        </button>
        <span className="text-soft">#{attack.id}</span>
        {attack.customer && <span className="text-soft">{attack.customer}</span>}
      </h3>
      <p className="text-lg tabular-nums">
        <b>{bitsPerSecond(attack.now.bits_per_second)}</b>{" "}
        <span className="text-soft">now, {perSecond(attack.now.packets_per_second, "packets")}</span>
      </p>
      <p className="text-soft">
        Peak {bitsPerSecond(attack.peak.bits_per_second)}, {perSecond(attack.peak.packets_per_second, "packets")}. Since{" "}
        {dateText(attack.began, zone, { seconds: true })} ({duration(Date.now() - attack.began)}), about{" "}
        {attack.evidence.distinct_sources.toLocaleString("en-GB")}{" "}
        {attack.evidence.distinct_sources === 1 ? "source" : "sources"}.
      </p>
      <p className="text-soft">
        {attack.rule}: {measured(attack.value, attack.measure)}
        {over > 0 && `, ${over < 10 ? over.toFixed(1) : Math.round(over)} times its threshold`}
      </p>
    </article>
  );
}

const NUMBER: TableColumn<Attack> = {
  key: "id",
  title: "#",
  width: "5rem",
  numeric: true,
  value: (one) => one.id,
  show: (one) => <span className="text-brand underline">{one.id}</span>,
};
const MORE: TableColumn<Attack>[] = [
  {
    key: "packets",
    title: "Peak packets",
    width: "9.5rem",
    numeric: true,
    value: (one) => one.peak.packets_per_second,
    show: (one) => perSecond(one.peak.packets_per_second, "packets"),
  },
  {
    key: "bytes",
    title: "In all",
    width: "7rem",
    numeric: true,
    value: (one) => one.bytes,
    show: (one) => octets(one.bytes),
  },
  { key: "rule", title: "Rule", value: (one) => one.rule },
];

function PastAttacks({
  attacks,
  zone,
  onChoose,
}: {
  attacks: Attack[];
  zone: string;
  onChoose: (attack: Attack) => void;
}) {
  const columns = useMemo<TableColumn<Attack>[]>(() => {
    const { began, lasted, kind, target, customer, peak } = attackColumns(zone);
    return [NUMBER, began, lasted, kind, target, customer, peak, ...MORE];
  }, [zone]);
  return (
    <DataTable
      name="Attacks that are over"
      columns={columns}
      rows={attacks}
      rowKey={(one) => String(one.id)}
      onPick={onChoose}
      onOpen={onChoose}
    />
  );
}
