import { type ReactNode, useMemo, useState } from "react";
import { apiPath } from "../../api/client";
import { useApi } from "../../api/useApi";
import { FilterEditor } from "../../filter/FilterEditor";
import { Choice } from "../../parts/Choice";
import { Notice, Shown } from "../../parts/Shown";
import { DataTable, type TableColumn } from "../../table/DataTable";
import { duration, grouped } from "../../text/units";
import { dateText } from "../../time/format";
import type { Time } from "../../time/useTime";
import { type Backtest, MEASURES, type Measure } from "./api";
import { attackColumns } from "./attackColumns";
import type { DdosState, SetDdos } from "./params";
import { measured, rateText } from "./shape";

interface Props {
  state: DdosState;
  set: SetDdos;
  time: Time;
}

const TRAFFIC = ["all", "udp", "syn", "rst", "icmp", "fragment", "other", "amplified", "attempts"].map(
  (one) => [one, one] as const,
);
const PER = ["address", "subnet", "site", "announced", "customer", "interface"].map((one) => [one, one] as const);
const WAYS = [
  ["incoming", "incoming"],
  ["outgoing", "outgoing"],
] as const;
const WINDOWS = ["1s", "5s", "10s", "30s", "60s", "120s", "300s"].map((one) => [one, one.replace("s", " s")] as const);
const NAMES: Record<Measure, string> = {
  bits: "bit/s",
  packets: "packets/s",
  flows: "flows/s",
  distinct_sources: "different sources",
  distinct_destinations: "different destinations",
};

/** A rule that is tried over stored flows before it is put in force. */
export function Rehearsal({ state, set, time }: Props) {
  const [value, setValue] = useState(state.value);
  const [taken, setTaken] = useState(state.value);
  if (taken !== state.value) {
    setTaken(state.value);
    setValue(state.value);
  }
  const wanted = state.tried === "yes" && state.value !== "" && !time.problem;
  const path = wanted
    ? apiPath("/api/v1/detect/backtest", {
        filter: state.filter,
        traffic: state.traffic,
        measure: state.measure,
        way: state.way,
        per: state.per,
        window: state.window,
        value: state.value,
        ...time.range,
      })
    : null;
  const api = useApi<Backtest>(path, { turn: time.turn, keep: false });
  const change = (next: Partial<DdosState>) => set({ ...next, rule: "", tried: "" }, { replace: true });
  const measure = MEASURES.find((one) => one === state.measure) ?? "packets";
  const windows = WINDOWS.some(([one]) => one === state.window)
    ? WINDOWS
    : [...WINDOWS, [state.window, state.window] as const];
  return (
    <section className="card px-4 py-3" aria-labelledby="try-title">
      <h2 id="try-title" className="font-semibold">
        Try a rule over stored flows
      </h2>
      <p className="mb-2 text-soft">
        It runs in the engine that watches live, over the chosen time, and shows what it would have found, whom it would
        have hit, and a threshold that would have been right.
      </p>
      <div className="mb-2 flex">
        <FilterEditor value={state.filter} onApply={(filter) => change({ filter })} problem={api.problem} />
      </div>
      <form
        className="flex flex-wrap items-center gap-x-3 gap-y-2"
        onSubmit={(event) => {
          event.preventDefault();
          set({ value: value.trim(), tried: "yes" });
          if (value.trim() === state.value && state.tried === "yes") api.again();
        }}
      >
        <Choice label="Traffic" value={state.traffic} choices={TRAFFIC} onChoose={(traffic) => change({ traffic })} />
        <Choice
          label="Measure"
          value={measure}
          choices={MEASURES.map((one) => [one, NAMES[one]] as const)}
          onChoose={(next) => change({ measure: next })}
        />
        <Choice label="Way" value={state.way} choices={WAYS} onChoose={(way) => change({ way })} />
        <Choice label="Per" value={state.per} choices={PER} onChoose={(per) => change({ per })} />
        <Choice label="Over" value={state.window} choices={windows} onChoose={(window) => change({ window })} />
        <label className="flex items-center gap-1.5">
          <span className="text-soft">More than</span>
          <input
            className="field w-24"
            value={value}
            placeholder="50k"
            required
            spellCheck={false}
            onChange={(event) => setValue(event.target.value)}
          />
          <span className="text-soft">{NAMES[measure]}</span>
        </label>
        <button type="submit" className="button primary">
          Backtest
        </button>
      </form>
      <div className="mt-3">
        {wanted ? (
          <Shown api={api} told="filter">
            {(report) => (
              <Report
                report={report}
                measure={measure}
                zone={time.zoneId}
                onUse={(next) => set({ value: next, tried: "yes" })}
              />
            )}
          </Shown>
        ) : (
          <Notice>
            {time.problem ??
              "Give a threshold, such as 50k or 500M, and press Backtest. The time is the one chosen above, 31 days at most."}
          </Notice>
        )}
      </div>
    </section>
  );
}

interface ReportProps {
  report: Backtest;
  measure: Measure;
  zone: string;
  onUse: (value: string) => void;
}

function Report({ report, measure, zone, onUse }: ReportProps) {
  const attacks = useMemo(() => {
    const { began, lasted, kind, target, customer, peak } = attackColumns(zone);
    return [began, lasted, kind, target, customer, peak];
  }, [zone]);
  const peaks = useMemo<TableColumn<Backtest["peaks"][number]>[]>(
    () => [
      { key: "target", title: "Target", value: (one) => one.target },
      {
        key: "peak",
        title: "Most it had",
        width: "10rem",
        numeric: true,
        value: (one) => one.peak,
        show: (one) => <b className={one.peak > report.threshold ? "text-bad" : ""}>{measured(one.peak, measure)}</b>,
      },
      {
        key: "at",
        title: "When",
        width: "11rem",
        value: (one) => one.at,
        show: (one) => dateText(one.at, zone, { seconds: true }),
      },
      {
        key: "in_attack",
        title: "In a known attack",
        width: "9rem",
        value: (one) => (one.in_attack ? "yes" : "no"),
      },
    ],
    [zone, measure, report.threshold],
  );
  return (
    <div className="flex flex-col gap-3">
      <p>
        <b>
          {report.attacks.length === 0
            ? "Nothing would have been raised"
            : `${grouped(report.attacks.length)} would have been raised`}
        </b>{" "}
        by more than {measured(report.threshold, measure)}, over {grouped(report.flows)} flows of{" "}
        {duration(Math.max(0, report.to - report.from))}.
      </p>
      <p>
        {report.right_threshold === null ? (
          <span className="text-soft">
            There is too little to judge a threshold by. {sentence(report.right_because)}
          </span>
        ) : (
          <>
            A threshold of <b>{measured(report.right_threshold, measure)}</b> would have been right:{" "}
            {report.right_because} <Use onUse={() => onUse(rateText(report.right_threshold ?? 0))}>Try it</Use>
          </>
        )}
      </p>
      {report.attacks.length > 0 && (
        <div className="min-w-0">
          <h3 className="font-semibold">What it would have raised</h3>
          <DataTable
            name="What the rule would have raised"
            columns={attacks}
            rows={report.attacks}
            rowKey={(_, i) => String(i)}
            maxHeight="20rem"
          />
        </div>
      )}
      {report.peaks.length > 0 && (
        <div className="min-w-0">
          <h3 className="font-semibold">Who had most</h3>
          <DataTable
            name="Who had most of what the rule measures"
            columns={peaks}
            rows={report.peaks}
            rowKey={(_, i) => String(i)}
            maxHeight="20rem"
          />
        </div>
      )}
    </div>
  );
}

function Use({ onUse, children }: { onUse: () => void; children: ReactNode }) {
  return (
    <button type="button" className="link" onClick={onUse}>
      {children}
    </button>
  );
}

function sentence(text: string): string {
  return text === "" ? "" : `${text.charAt(0).toUpperCase()}${text.slice(1)}${/[.!?]$/.test(text) ? "" : "."}`;
}
