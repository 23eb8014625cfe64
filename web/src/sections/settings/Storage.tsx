import { useApi } from "../../api/useApi";
import { Shown } from "../../parts/Shown";
import { count, duration, grouped, octets } from "../../text/units";
import { dateText } from "../../time/format";
import { useTime } from "../../time/useTime";
import type { WholeStatus } from "./api";
import { Snippet } from "./Snippet";
import { configValue, tiersOf } from "./shape";
import { useConfig } from "./useConfig";

const LINES = `store:
  disk_budget: 200GiB   # for all that is stored; the oldest goes first
  disk_reserve: 1GiB   # storing stops, with an alarm, when less is free
  retention:
    flows: {age: 30d}   # single flows
    rollup_1m: {age: 14d}   # sums by the minute
    rollup_5m: {age: 90d}
    rollup_1h: {age: 730d}
`;

/** What is kept, how much of the disk it takes, and when it goes. */
export function Storage() {
  const api = useApi<WholeStatus>("/api/v1/status", { every: 10_000 });
  return (
    <div className="flex flex-col gap-4">
      <Shown api={{ ...api, working: api.working && api.data === undefined }}>
        {(status) => <Told status={status} />}
      </Shown>
      <section aria-labelledby="keep-title">
        <h3 id="keep-title" className="mb-1 font-semibold">
          To keep more or less
        </h3>
        <p className="mb-2 max-w-prose text-soft">
          These keys take effect by a reload (<code>kill -HUP</code>). What is over its age or the budget is removed
          within minutes, and does not come back.
        </p>
        <Snippet name="Retention and disk" text={LINES} />
      </section>
    </div>
  );
}

function Told({ status }: { status: WholeStatus }) {
  const { config } = useConfig();
  const { zoneId } = useTime();
  const { store, alarms } = status;
  const tiers = tiersOf(store, config);
  const whole = tiers.reduce((sum, one) => sum + one.octets, 0);
  const budget = configValue(config, "store.disk_budget");
  return (
    <div className="flex flex-col gap-3">
      {alarms.map((alarm) => (
        <p key={alarm.name} role="alert" className="notice mb-0 border-bad bg-bad-soft">
          <b>■ {alarm.name}</b>: {alarm.message} (since {dateText(alarm.since, zoneId)})
        </p>
      ))}
      <p>
        <b>{octets(whole)}</b> on the disk
        {budget !== null && budget !== "0" && ` of a budget of ${budget}`}
        {budget === "0" && ", without a budget"}.{" "}
        {store.oldest === null
          ? "No flow is kept yet."
          : `The oldest flow is of ${dateText(store.oldest, zoneId)}, ${duration(status.now - store.oldest)} ago.`}
      </p>
      <ul className="grid gap-2 sm:grid-cols-3">
        {tiers.map((tier) => (
          <li key={tier.name} className="card px-4 py-3">
            <h3 className="font-semibold">{tier.name}</h3>
            <p className="text-xl tabular-nums">{octets(tier.octets)}</p>
            <p className="text-soft">
              {tier.about}
              {tier.flows !== null && `; ${count(tier.flows)} flows`}
              {tier.flows !== null && tier.flows > 0 && `, ${(tier.octets / tier.flows).toFixed(1)} B each`}
            </p>
            {tier.keep !== null && <p className="mt-1">Kept: {tier.keep}</p>}
            <span className="mt-2 block h-1.5 overflow-hidden rounded-sm bg-sunken" aria-hidden="true">
              <span
                className="block h-full bg-brand"
                style={{ width: `${whole > 0 ? (tier.octets / whole) * 100 : 0}%` }}
              />
            </span>
          </li>
        ))}
      </ul>
      <p className="text-soft">
        {grouped(store.flows_stored)} flows were stored since the start, {duration(status.now - status.started)} ago;{" "}
        {store.flows_dropped === 0 ? (
          "none was dropped"
        ) : (
          <b className="text-bad">{grouped(store.flows_dropped)} were dropped, see the doctor</b>
        )}
        . {store.last_commit !== null && `The last commit was ${duration(status.now - store.last_commit)} ago.`}
      </p>
    </div>
  );
}
