import { useApi } from "../../api/useApi";
import { Shown } from "../../parts/Shown";
import { count, duration, grouped, octets } from "../../text/units";
import { dateText } from "../../time/format";
import { useTime } from "../../time/useTime";
import type { WholeStatus } from "./api";
import { configValue, storageLines, tiersOf } from "./shape";
import { ToChange } from "./ToChange";
import { useConfig } from "./useConfig";

/** What is kept, how much of the disk it takes, and when it goes. */
export function Storage() {
  const api = useApi<WholeStatus>("/api/v1/status", { every: 10_000 });
  const { config } = useConfig();
  return (
    <div className="flex flex-col gap-4">
      <Shown api={{ ...api, working: api.working && api.data === undefined }}>
        {(status) => <Told status={status} />}
      </Shown>
      <ToChange lines={[["Retention and disk, as they are now", storageLines(config)]]}>
        What is over its age or the budget is removed within minutes after a reload, and does not come back.
      </ToChange>
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
