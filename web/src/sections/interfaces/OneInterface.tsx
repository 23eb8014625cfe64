import { useLocation } from "wouter";
import { SectionHead } from "../../parts/SectionHead";
import { Notice } from "../../parts/Shown";
import { bitsPerSecond, finePercent, grouped } from "../../text/units";
import { useTime } from "../../time/useTime";
import { choice, readable, useParams } from "../../url/params";
import {
  conditionOf,
  differenceText,
  type Interface,
  interfaceName,
  keyOf,
  PERIODS,
  routerName,
  speedText,
  utilisation,
} from "./interfaces";
import { besideCounters } from "./List";
import { MadeOf } from "./MadeOf";
import { PeriodGraph } from "./PeriodGraph";

interface Props {
  one: Interface;
  known: boolean;
  all: readonly Interface[];
  onOpen: (one: Interface) => void;
  onBack: () => void;
}

const PARAMS = { of: choice(["hour", "day", "week"], "hour") };

/** One interface as MRTG showed it: day, week, month, year; and what its traffic is made of. */
export function OneInterface({ one, known, all, onOpen, onBack }: Props) {
  const time = useTime();
  const [, go] = useLocation();
  const title = `${interfaceName(one)} of ${routerName(one)}`;
  const siblings = all.filter((other) => other.exporter === one.exporter);
  const explore = () => {
    const filter = `router ip ${one.exporter} and if ${one.index}`;
    go(`/explore${readable(new URLSearchParams({ filter, from: "-24h", to: "now", by: "dst_as" }))}`);
  };
  return (
    <>
      <SectionHead title={title}>
        <button type="button" className="button" onClick={onBack}>
          All interfaces
        </button>
        {siblings.length > 1 && (
          <label className="flex items-center gap-1">
            <span className="sr-only">Interface of {routerName(one)}</span>
            <select
              className="field max-w-56"
              value={keyOf(one)}
              onChange={(event) => {
                const next = siblings.find((other) => keyOf(other) === event.target.value);
                if (next) onOpen(next);
              }}
            >
              {siblings.map((other) => (
                <option key={keyOf(other)} value={keyOf(other)}>
                  {interfaceName(other)}
                </option>
              ))}
            </select>
          </label>
        )}
        <button type="button" className="button" onClick={explore}>
          Explore its traffic
        </button>
      </SectionHead>
      {!known && (
        <Notice>
          No router {one.exporter} with an interface {one.index} is heard at the moment; what was kept of it is shown.
        </Notice>
      )}
      <Facts one={one} />
      <div className="grid gap-3 2xl:grid-cols-2">
        {PERIODS.map((period) => (
          <PeriodGraph key={period.name} one={one} period={period} zone={time.zoneId} turn={time.turn} />
        ))}
      </div>
      <Composition one={one} />
    </>
  );
}

function Facts({ one }: { one: Interface }) {
  const used = utilisation(one);
  const { counters } = one;
  const facts: [string, string][] = [
    ["In", bitsPerSecond(one.in_bits_per_s)],
    ["Out", bitsPerSecond(one.out_bits_per_s)],
    ["Used", used === null ? "unknown: its speed is not known" : `${finePercent(used)} of ${speedText(one.speed_bps)}`],
    ["Class", one.class ?? "none"],
    ["ifIndex", String(one.index)],
    ["Description", one.description ?? "none told"],
  ];
  if (counters) {
    facts.push(
      ["State", counters.oper_up ? "up" : counters.admin_up ? "down" : "switched off"],
      [
        "Its own counters",
        `${rate(counters.in_bits_per_s)} in, ${rate(counters.out_bits_per_s)} out; ${differenceText(besideCounters(one))}`,
      ],
      [
        "Errors and discards",
        `${grouped(counters.in_errors + counters.out_errors)} and ${grouped(counters.in_discards + counters.out_discards)} since it started`,
      ],
    );
  } else {
    facts.push(["Its own counters", "none: sFlow counter samples or SNMP bring them"]);
  }
  return (
    <dl className="card mb-3 grid grid-cols-2 gap-x-6 gap-y-1 px-3 py-2 md:grid-cols-3 xl:grid-cols-5">
      {facts.map(([name, value]) => (
        <div key={name} className="min-w-0">
          <dt className="text-xs text-soft">{name}</dt>
          <dd className="m-0 tabular-nums">{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function rate(value: number | null): string {
  return value === null ? "unknown" : bitsPerSecond(value);
}

const RANGES = { hour: "-1h", day: "-24h", week: "-7d" } as const;

function Composition({ one }: { one: Interface }) {
  const [{ of }, set] = useParams(PARAMS);
  const from = RANGES[of];
  return (
    <section aria-labelledby="made-of" className="mt-4">
      <div className="mb-2 flex flex-wrap items-center gap-2">
        <h2 id="made-of" className="font-semibold">
          What the traffic is made of
        </h2>
        {(Object.keys(RANGES) as (keyof typeof RANGES)[]).map((name) => (
          <button
            key={name}
            type="button"
            className="button"
            aria-pressed={of === name}
            onClick={() => set({ of: name }, { replace: true })}
          >
            Last {name}
          </button>
        ))}
      </div>
      {(["in", "out"] as const).map((way) => (
        <div key={way} className="mb-3">
          <h3 className="mb-1 text-soft">
            {way === "in" ? "In: what the interface receives" : "Out: what the interface sends"}
          </h3>
          <MadeOf filter={conditionOf(one, way)} way={way} from={from} />
        </div>
      ))}
    </section>
  );
}
