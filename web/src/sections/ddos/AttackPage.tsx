import { type ReactNode, useMemo, useState } from "react";
import { Link } from "wouter";
import { apiPath } from "../../api/client";
import { useApi } from "../../api/useApi";
import { TimeChart } from "../../chart/TimeChart";
import { coloursOf } from "../../colour/palette";
import { narrowed } from "../../filter/combine";
import { Choice } from "../../parts/Choice";
import { SectionHead } from "../../parts/SectionHead";
import { Notice, Shown } from "../../parts/Shown";
import { bitsPerSecond, count, duration, finePercent, grouped, octets, perSecond } from "../../text/units";
import { useDark } from "../../theme";
import { dateText } from "../../time/format";
import { absolute } from "../../time/range";
import type { Time } from "../../time/useTime";
import type { Attack } from "./api";
import type { DdosState, SetDdos } from "./params";
import { Samples } from "./Samples";
import {
  addressOf,
  curveOf,
  filterOf,
  measured,
  SHOWN,
  type ShownRate,
  spanOf,
  TOPS,
  targetText,
  timelineOf,
  topRows,
  topTitle,
  usualRate,
} from "./shape";

interface Props {
  id: number;
  state: DdosState;
  set: SetDdos;
  time: Time;
}

/** Everything that is known of one attack, as it goes on. */
export function AttackPage({ id, state, set, time }: Props) {
  const [over, setOver] = useState(false);
  const api = useApi<Attack>(`/api/v1/attacks/${id}`, { ...(over ? {} : { every: 2000 }), keep: false });
  if (api.data?.ended != null && !over) setOver(true);
  return (
    <>
      <p className="mb-1">
        <button type="button" className="link" onClick={() => set({ attack: 0 })}>
          ‹ All attacks
        </button>
      </p>
      <SectionHead
        title={
          api.data
            ? `${api.data.title} ${api.data.way === "outgoing" ? "from" : "on"} ${targetText(api.data)}`
            : `Attack ${id}`
        }
      >
        {api.data && <Take attack={api.data} />}
      </SectionHead>
      <Shown api={{ ...api, working: api.working && api.data === undefined }} tall="min-h-96">
        {(attack) => <Whole attack={attack} state={state} set={set} time={time} />}
      </Shown>
    </>
  );
}

function Take({ attack }: { attack: Attack }) {
  const evidence = (format: string) => apiPath(`/api/v1/attacks/${attack.id}/evidence`, { format });
  return (
    <>
      <Link href={`/mitigation?attack=${attack.id}&new=yes`} className="button primary">
        Propose a mitigation
      </Link>
      <a className="button" href={evidence("html")} download>
        Evidence for an upstream (HTML)
      </a>
      <a className="button" href={evidence("json")} download>
        JSON
      </a>
    </>
  );
}

function Whole({ attack, state, set, time }: Omit<Props, "id"> & { attack: Attack }) {
  return (
    <div className="flex flex-col gap-3">
      <Facts attack={attack} zone={time.zoneId} />
      <Curve attack={attack} state={state} set={set} zone={time.zoneId} />
      <Tops attack={attack} state={state} set={set} />
      <div className="grid gap-3 xl:grid-cols-2">
        <Timeline attack={attack} zone={time.zoneId} />
        <RulesInForce attack={attack} set={set} />
      </div>
      {(attack.evidence.samples?.length ?? 0) > 0 && (
        <section className="card min-w-0" aria-labelledby="samples-title">
          <h2 id="samples-title" className="px-3 pt-2 font-semibold">
            Some of its flows
          </h2>
          <Samples samples={attack.evidence.samples ?? []} zone={time.zoneId} />
        </section>
      )}
    </div>
  );
}

function Facts({ attack, zone }: { attack: Attack; zone: string }) {
  const open = attack.ended === null;
  const span = spanOf(attack, Date.now());
  const filter = filterOf(attack);
  const range = absolute(span.from, span.to);
  const to = (path: string, by?: string) => apiPath(path, { filter: filter ?? "", ...range, by });
  const interval =
    attack.value_high > attack.value_low * 1.02
      ? ` (95 % sure: ${measured(attack.value_low, attack.measure)} to ${measured(attack.value_high, attack.measure)})`
      : "";
  const facts: [string, ReactNode][] = [
    ["State", <State key="state" open={open} />],
    ["Began", dateText(attack.began, zone, { seconds: true })],
    ["Lasted", duration((attack.ended ?? Date.now()) - attack.began)],
    ...(open
      ? ([
          [
            "Now",
            `${bitsPerSecond(attack.now.bits_per_second)}, ${perSecond(attack.now.packets_per_second, "packets")}`,
          ],
        ] as [string, string][])
      : []),
    ["Peak", `${bitsPerSecond(attack.peak.bits_per_second)}, ${perSecond(attack.peak.packets_per_second, "packets")}`],
    ["In all", `${octets(attack.bytes)}, ${count(attack.packets)} packets, ${count(attack.flows)} flows`],
    ["Sources", `about ${grouped(attack.evidence.distinct_sources)}`],
    ["Destinations", `about ${grouped(attack.evidence.distinct_destinations)}`],
    ...(attack.customer ? ([["Customer", attack.customer]] as [string, string][]) : []),
    ...(open ? ([["Measured", `${measured(attack.value, attack.measure)}${interval}`]] as [string, string][]) : []),
    ["Threshold", `${measured(attack.threshold, attack.measure)}: ${attack.rule}, from ${attack.threshold_from}`],
  ];
  return (
    <section className="card px-4 py-3" aria-label="In short">
      <p className="max-w-prose">{attack.evidence.reason}</p>
      <dl className="mt-2 grid gap-x-6 gap-y-2 sm:grid-cols-2 lg:grid-cols-3 2xl:grid-cols-4">
        {facts.map(([name, what]) => (
          <div key={name}>
            <dt className="text-xs text-soft">{name}</dt>
            <dd className="tabular-nums">{what}</dd>
          </div>
        ))}
      </dl>
      {filter && (
        <p className="mt-2 flex flex-wrap gap-3">
          <Link className="link" href={to("/explore", attack.way === "incoming" ? "src_as" : "dst_as")}>
            Its traffic in Explore
          </Link>
          <Link className="link" href={to("/flows")}>
            Its flows
          </Link>
        </p>
      )}
    </section>
  );
}

function State({ open }: { open: boolean }) {
  return open ? <b className="text-bad">■ goes on</b> : <span className="text-good">● over</span>;
}

const RATES: readonly (readonly [ShownRate, string])[] = [
  ["bits", "bit/s"],
  ["packets", "packets/s"],
  ["flows", "flows/s"],
];

function Curve({ attack, state, set, zone }: { attack: Attack; state: DdosState; set: SetDdos; zone: string }) {
  const dark = useDark();
  const of = SHOWN.find((one) => one === state.of) ?? usualRate(attack.measure);
  const curve = useMemo(
    () => curveOf(attack, of, { curve: dark ? "#ff8a80" : "#b42318", limit: dark ? "#fbbf24" : "#92400e" }),
    [attack, of, dark],
  );
  return (
    <section className="card min-w-0 p-2" aria-labelledby="curve-title">
      <div className="flex flex-wrap items-center gap-2 px-1">
        <h2 id="curve-title" className="grow font-semibold">
          By the second
        </h2>
        <Choice label="Show" value={of} choices={RATES} onChoose={(next) => set({ of: next }, { replace: true })} />
      </div>
      {curve ? (
        <TimeChart
          {...curve}
          title={`The attack in ${of} per second`}
          kind="lines"
          show={(value) => measured(value, of)}
          zone={zone}
          height={240}
        />
      ) : (
        <Notice>No second of it was measured by itself.</Notice>
      )}
    </section>
  );
}

const BY = [
  ["bytes", "by bytes"],
  ["packets", "by packets"],
] as const;

function Tops({ attack, state, set }: { attack: Attack; state: DdosState; set: SetDdos }) {
  const numbers = (attack.evidence.top?.src_as ?? []).map((one) => one.value).join(",");
  const names = useApi<{ ases: { as: number; name: string }[] }>(
    numbers === "" ? null : apiPath("/api/v1/as", { numbers }),
  );
  const named = useMemo(() => new Map(names.data?.ases.map((one) => [String(one.as), one.name])), [names.data]);
  const shown = TOPS.filter((column) => (attack.evidence.top?.[column]?.length ?? 0) > 0);
  if (shown.length === 0) return null;
  return (
    <section aria-labelledby="tops-title">
      <div className="mb-1 flex flex-wrap items-center gap-2">
        <h2 id="tops-title" className="grow font-semibold">
          What it is made of
        </h2>
        <Choice label="Shares" value={state.by} choices={BY} onChoose={(by) => set({ by }, { replace: true })} />
      </div>
      <div className="grid gap-2 sm:grid-cols-2 xl:grid-cols-3 min-[110rem]:grid-cols-5">
        {shown.map((column) => (
          <Top key={column} attack={attack} column={column} by={state.by} named={named} />
        ))}
      </div>
    </section>
  );
}

const FEW = 6;

function Top({
  attack,
  column,
  by,
  named,
}: {
  attack: Attack;
  column: string;
  by: "bytes" | "packets";
  named: Map<string, string>;
}) {
  const [all, setAll] = useState(false);
  const rows = topRows(attack, column, by);
  const base = filterOf(attack);
  const span = absolute(spanOf(attack, Date.now()).from, spanOf(attack, Date.now()).to);
  return (
    <section className="card min-w-0 px-3 py-2" aria-label={topTitle(column)}>
      <h3 className="font-semibold">{topTitle(column)}</h3>
      <ol>
        {(all ? rows : rows.slice(0, FEW)).map((row) => {
          const more = column === "src_as" ? (named.get(row.key) ?? row.more) : row.more;
          const name = (
            <span className="min-w-0 truncate">
              {row.text}
              {more && !row.text.includes(more) && <span className="text-soft"> {more}</span>}
            </span>
          );
          return (
            <li key={`${row.key} ${row.more}`} className="relative my-0.5">
              <span
                className="absolute inset-y-0 left-0 rounded-sm bg-bad/15"
                style={{ width: `${row.share * 100}%` }}
                aria-hidden="true"
              />
              <span
                className="relative flex min-h-6 items-center gap-2 px-1"
                title={`${octets(row.bytes)}, ${count(row.packets)} packets`}
              >
                {row.filter && base ? (
                  <Link
                    className="flex min-w-0 grow underline decoration-line underline-offset-2 hover:decoration-ink"
                    href={apiPath("/flows", { filter: narrowed(base, row.filter), ...span })}
                  >
                    {name}
                  </Link>
                ) : (
                  <span className="flex min-w-0 grow">{name}</span>
                )}
                <span className="shrink-0 tabular-nums">{finePercent(row.share)}</span>
              </span>
            </li>
          );
        })}
      </ol>
      {rows.length > FEW && (
        <button type="button" className="link text-xs" onClick={() => setAll(!all)}>
          {all ? "Fewer" : `All ${rows.length}`}
        </button>
      )}
    </section>
  );
}

interface Mitigations {
  mitigations: { id: number; attack: number; state: string; action: string; target: string }[];
}
interface Log {
  entries: { number: number; at: number; who: string; what: string; why: string; mitigation: number }[];
}

function Timeline({ attack, zone }: { attack: Attack; zone: string }) {
  const list = useApi<Mitigations>("/api/v1/mitigations?closed=1000", { every: 10_000 });
  const mine = useMemo(
    () => (list.data?.mitigations ?? []).filter((one) => one.attack === attack.id),
    [list.data, attack.id],
  );
  const log = useApi<Log>(mine.length > 0 ? "/api/v1/mitigations/log?top=1000" : null, { every: 10_000 });
  const decisions = useMemo(
    () =>
      (log.data?.entries ?? [])
        .filter((one) => mine.some(({ id }) => id === one.mitigation))
        .map((one) => ({ ...one, what: `Mitigation ${one.mitigation}: ${one.what}` })),
    [log.data, mine],
  );
  const steps = timelineOf(attack, decisions);
  return (
    <section className="card min-w-0 px-4 py-3" aria-labelledby="timeline-title">
      <h2 id="timeline-title" className="font-semibold">
        Timeline
      </h2>
      <ol className="mt-1 border-l-2 border-line pl-3">
        {steps.map((step) => (
          <li key={`${step.at} ${step.what}`} className="py-0.5">
            <span className="tabular-nums text-soft">{dateText(step.at, zone, { seconds: true })}</span>{" "}
            <b className={step.tone === "bad" ? "text-bad" : step.tone === "good" ? "text-good" : ""}>{step.what}</b>{" "}
            {step.more && <span className="text-soft">{step.more}</span>}
          </li>
        ))}
      </ol>
      {mine.length > 0 && (
        <p className="mt-1">
          Mitigations:{" "}
          {mine.map((one) => (
            <Link key={one.id} className="link mr-2" href={`/mitigation?id=${one.id}`}>
              {one.id} {one.action} ({one.state})
            </Link>
          ))}
        </p>
      )}
    </section>
  );
}

function RulesInForce({ attack, set }: { attack: Attack; set: SetDdos }) {
  const address = attack.subject === "" ? (addressOf(attack.target) ?? attack.target.split("/")[0] ?? "") : "";
  const swatch = coloursOf(["signature"], useDark())[0];
  return (
    <section className="card min-w-0 px-4 py-3" aria-labelledby="rules-title">
      <h2 id="rules-title" className="font-semibold">
        Rule and filters
      </h2>
      <p>
        Found by <b>{attack.rule}</b>: more than {measured(attack.threshold, attack.measure)}, as{" "}
        {attack.threshold_from} says.
      </p>
      {address && (
        <p className="mt-1">
          <button type="button" className="link" onClick={() => set({ attack: 0, view: "explain", address })}>
            All rules that govern {address}, and how near each is
          </button>
        </p>
      )}
      <h3 className="mt-3 font-semibold">What a filter could match</h3>
      {attack.signatures.length === 0 && (
        <p className="text-soft">Too little tells this attack from the target's other traffic.</p>
      )}
      {attack.signatures.map((one) => (
        <div key={one.text} className="mt-1">
          <code className="break-all" style={{ borderLeft: `3px solid ${swatch}`, paddingLeft: 6 }}>
            {one.text}
          </code>
          <p className="text-xs text-soft">
            catches {finePercent(one.attack_share)} of the attack and {finePercent(one.other_share)} of the target's
            other traffic
          </p>
        </div>
      ))}
    </section>
  );
}
