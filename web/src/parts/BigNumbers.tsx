import type { ExportersEvent, RatesEvent, TrafficPoint } from "../api/types";
import { bitsPerSecond, count, duration, grouped } from "../text/units";

interface Props {
  rates: RatesEvent | null;
  bits: number | null;
  exporters: ExportersEvent | null;
}

export function BigNumbers({ rates, bits, exporters }: Props) {
  const heard = exporters?.exporters.filter((one) => one.health !== "silent" && one.last_seen !== null).length ?? 0;
  const oldest = exporters?.oldest ?? null;
  return (
    <dl className="grid grid-cols-2 gap-3 sm:grid-cols-3 lg:grid-cols-5">
      <Big label="Flows" value={rates && count(rates.flows_per_s)} unit="flows/s" hint="mean of the last 10 s" />
      <Big
        label="Datagrams"
        value={rates && count(rates.datagrams_per_s)}
        unit="/s"
        hint={rates ? `${bitsPerSecond(rates.octets_per_s * 8)} of exports` : ""}
      />
      <Big
        label="Traffic, estimated"
        value={bits === null ? null : bitsPerSecond(bits)}
        unit=""
        hint="sampling included"
      />
      <Big
        label="Exporters"
        value={exporters && grouped(exporters.exporter_count)}
        unit={exporters ? `${heard} talking` : ""}
        hint="routers that send flows"
      />
      <Big
        label="Flows kept"
        value={exporters && count(exporters.flows_held)}
        unit=""
        hint={exporters && oldest !== null ? `the oldest is ${duration(exporters.time - oldest)} old` : "none yet"}
      />
    </dl>
  );
}

/**
 * The traffic of now: exporters report a flow up to a minute late, so the last minute is left out and the two before it count.
 * Right after the start there is nothing else than the last minute. Null where nothing is known.
 */
export function trafficNow(points: TrafficPoint[], stepMs: number, now: number): number | null {
  const mean = (some: TrafficPoint[]) =>
    some.length === 0 ? 0 : some.reduce((sum, point) => sum + point.bits_per_s, 0) / some.length;
  if (points.length === 0) return null;
  const whole = points.filter((point) => point.time + stepMs <= now - 60_000);
  const settled = mean(whole.slice(-Math.ceil(120_000 / stepMs)));
  return settled > 0 ? settled : mean(points.slice(-Math.ceil(60_000 / stepMs)));
}

function Big({ label, value, unit, hint }: { label: string; value: string | null; unit: string; hint: string }) {
  return (
    <div className="card px-4 py-3">
      <dt className="text-sm text-soft">{label}</dt>
      <dd className="m-0">
        <span className="text-xl font-semibold whitespace-nowrap tabular-nums sm:text-2xl">{value ?? "–"}</span>
        {value !== null && unit && <span className="pl-1.5 text-sm text-soft">{unit}</span>}
        <span className="block text-xs text-soft">{hint}</span>
      </dd>
    </div>
  );
}
