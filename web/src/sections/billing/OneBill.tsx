import { useMemo, useState } from "react";
import { getJson, Problem, sendJson } from "../../api/client";
import { useApi } from "../../api/useApi";
import { usePaper } from "../../chart/paper";
import type { ChartSeries } from "../../chart/series";
import { TimeChart } from "../../chart/TimeChart";
import { SectionHead } from "../../parts/SectionHead";
import { Notice, Shown } from "../../parts/Shown";
import { bitsPerSecond } from "../../text/units";
import { dateText, stampText } from "../../time/format";
import {
  type BillAnswer,
  type BillingAnswer,
  billPath,
  type Check,
  COUNTED,
  checkWords,
  type Line,
  megabits,
  money,
  monthName,
  price,
  samplesOf,
} from "./bills";

interface Props {
  group: string;
  /** "": the present one. */
  month: string;
  all: BillingAnswer | null;
  onMonth: (month: string) => void;
  onBack: () => void;
  onChanged: () => void;
}

export function OneBill({ group, month, all, onMonth, onBack, onChanged }: Props) {
  const months = (all?.bills ?? []).filter((one) => one.group === group).map((one) => one.month);
  const wanted = month || (months[0] ?? "");
  const api = useApi<BillAnswer>(billPath("bill", group, wanted, { samples: "yes" }));
  return (
    <>
      <SectionHead title={`Bill of ${group}`}>
        <button type="button" className="button" onClick={onBack}>
          All bills
        </button>
        {months.length > 0 && (
          <label className="flex items-center gap-1">
            <span className="sr-only">Month</span>
            <select className="field" value={wanted} onChange={(event) => onMonth(event.target.value)}>
              {[...new Set([wanted, ...months])]
                .sort()
                .reverse()
                .map((one) => (
                  <option key={one} value={one}>
                    {monthName(one)}
                  </option>
                ))}
            </select>
          </label>
        )}
        <a
          className="button"
          href={billPath("bill", group, wanted, { format: "csv" })}
          download={`${group} ${wanted}.csv`}
        >
          Download samples (CSV)
        </a>
        {api.data?.frozen && (
          <a className="button" href={billPath("file", group, wanted)} download={`${group} ${wanted}.json`}>
            Download the frozen file
          </a>
        )}
      </SectionHead>
      <Shown api={api} tall="min-h-96">
        {(answer) => (
          <Sheet
            answer={answer}
            group={group}
            month={wanted}
            onChanged={() => {
              api.again();
              onChanged();
            }}
          />
        )}
      </Shown>
    </>
  );
}

function Sheet({
  answer,
  group,
  month,
  onChanged,
}: {
  answer: BillAnswer;
  group: string;
  month: string;
  onChanged: () => void;
}) {
  const { bill, frozen, sha256 } = answer;
  return (
    <div className="flex flex-col gap-3">
      <section className="card px-4 py-3" aria-label="Total">
        <div className="flex flex-wrap items-baseline gap-x-6 gap-y-1">
          <p className="text-2xl font-semibold tabular-nums">{money(bill.total_cents, bill.currency)}</p>
          <p>
            {frozen ? (
              <>
                <b className="font-semibold">Frozen</b> {dateText(bill.made, bill.time_zone)}
              </>
            ) : (
              <>
                <b className="font-semibold">So far</b>: the month runs until {dateText(bill.to, bill.time_zone)}
              </>
            )}
          </p>
        </div>
        <dl className="mt-2 grid gap-x-6 gap-y-1 sm:grid-cols-2 xl:grid-cols-4">
          <Fact name="Month" value={`${monthName(bill.month)}, ${bill.time_zone}`} />
          <Fact name="Commitment" value={bill.commit_bps > 0 ? megabits(bill.commit_bps) : "none"} />
          <Fact
            name="Price of 1 Mbit/s"
            value={`${price(bill.price_micros, bill.currency)}, above the commitment ${price(bill.overage_micros, bill.currency)}`}
          />
          <Fact name="Billed" value={COUNTED[bill.counted]} />
        </dl>
      </section>
      <Lines lines={bill.lines} currency={bill.currency} />
      <Month answer={answer} />
      <Proof frozen={frozen} sha256={sha256} group={group} month={month} onChanged={onChanged} />
      <details className="card px-3 py-2">
        <summary className="cursor-pointer font-semibold">What is counted</summary>
        <dl className="mt-2">
          <Fact name="In" value={bill.filter_in} mono />
          <Fact name="Out" value={bill.filter_out} mono />
          <Fact name="Read from" value={bill.source} />
          <Fact name="From, to (UTC)" value={`${stampText(bill.from, "UTC")} to ${stampText(bill.to, "UTC")}`} />
        </dl>
      </details>
    </div>
  );
}

function Fact({ name, value, mono = false }: { name: string; value: string; mono?: boolean }) {
  return (
    <div className="min-w-0">
      <dt className="text-xs text-soft">{name}</dt>
      <dd className={`m-0 break-words ${mono ? "font-mono text-xs" : ""}`}>{value}</dd>
    </div>
  );
}

function Lines({ lines, currency }: { lines: Line[]; currency: string }) {
  const heads = ["95 %", "Average", "Highest", "Above the commitment", "For the commitment", "For the rest"];
  const billed = (line: Line) => line.billed_bps > 0 || line.commit_cents > 0;
  return (
    <section className="card overflow-x-auto px-3 py-2" aria-label="How it is reckoned">
      <table className="w-full">
        <thead>
          <tr className="text-soft">
            <th scope="col" className="text-left font-normal">
              Direction
            </th>
            {heads.map((head) => (
              <th key={head} scope="col" className="pl-3 text-right font-normal whitespace-nowrap">
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {lines.map((line) => (
            <tr
              key={line.direction}
              className="border-t border-line tabular-nums [&>td]:py-1 [&>td]:pl-3 [&>td]:text-right [&>td]:whitespace-nowrap"
            >
              <th scope="row" className="text-left font-normal">
                {line.direction === "sum" ? "both together" : line.direction}
              </th>
              <td className="font-semibold">{megabits(line.percentile_95_bps)}</td>
              <td>{megabits(line.average_bps)}</td>
              <td>{megabits(line.maximum_bps)}</td>
              {billed(line) ? (
                <>
                  <td>{megabits(line.overage_bps)}</td>
                  <td>{money(line.commit_cents, currency)}</td>
                  <td>{money(line.overage_cents, currency)}</td>
                </>
              ) : (
                <td colSpan={3} className="text-soft">
                  not billed
                </td>
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Month({ answer }: { answer: BillAnswer }) {
  const paper = usePaper();
  const { bill } = answer;
  const shaped = useMemo(() => {
    const samples = samplesOf(bill);
    const [first, second] = paper.dark ? ["#2dd4bf", "#a5a0f0"] : ["#0f766e", "#4f46a5"];
    const series: ChartSeries[] = [
      { key: "in", name: "in", colour: first, values: samples.into },
      { key: "out", name: "out", colour: second, values: samples.out, below: true },
    ];
    const flat = (value: number) => samples.times.map(() => value);
    for (const line of bill.lines) {
      if (line.direction === "sum") continue;
      series.push({
        key: `95 ${line.direction}`,
        name: `${line.direction}, 95 %`,
        colour: paper.bad,
        values: flat(line.percentile_95_bps),
        dashed: true,
        below: line.direction === "out",
      });
    }
    if (bill.commit_bps > 0) {
      for (const below of [false, true])
        series.push({
          key: `commit ${below}`,
          name: "commitment",
          colour: paper.soft,
          values: flat(bill.commit_bps),
          dashed: true,
          below,
        });
    }
    return { samples, series };
  }, [bill, paper]);
  if (shaped.samples.times.length === 0) return <Notice>The month has no samples yet.</Notice>;
  return (
    <section className="card px-3 py-2" aria-label="Samples of the month">
      <h2 className="font-semibold">Samples of five minutes</h2>
      <TimeChart
        title={`Traffic of ${bill.group} in ${monthName(bill.month)}`}
        times={shaped.samples.times}
        stepMs={shaped.samples.stepMs}
        series={shaped.series}
        kind="stack"
        show={bitsPerSecond}
        zone={bill.time_zone}
        height={260}
      />
    </section>
  );
}

function Proof({
  frozen,
  sha256,
  group,
  month,
  onChanged,
}: {
  frozen: boolean;
  sha256: string | null;
  group: string;
  month: string;
  onChanged: () => void;
}) {
  const [check, setCheck] = useState<Check | null>(null);
  const [said, setSaid] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const run = async (what: () => Promise<void>) => {
    setBusy(true);
    setSaid(null);
    try {
      await what();
    } catch (error) {
      setSaid(error instanceof Problem ? error.message : String(error));
    }
    setBusy(false);
  };
  const verify = () => run(async () => setCheck(await getJson<Check>(billPath("verify", group, month))));
  const freeze = () =>
    run(async () => {
      if (!window.confirm(`Freeze the bill of ${group} for ${monthName(month)}? It can never be changed again.`))
        return;
      await sendJson("POST", billPath("freeze", group, month));
      onChanged();
    });
  return (
    <section className="card px-3 py-2" aria-label="Proof">
      <h2 className="font-semibold">{frozen ? "Proof" : "Freezing"}</h2>
      {frozen ? (
        <p className="mt-1 break-all">
          SHA-256 <code>{sha256}</code>
        </p>
      ) : (
        <p className="mt-1 text-soft">
          When the month and its grace are over, Weir freezes the bill with all its samples by itself. Until then it
          grows.
        </p>
      )}
      <div className="mt-2 flex flex-wrap items-center gap-2" aria-busy={busy}>
        {frozen ? (
          <button type="button" className="button" disabled={busy} onClick={verify}>
            {busy ? "Verifying..." : "Verify"}
          </button>
        ) : (
          <button type="button" className="button" disabled={busy} onClick={freeze}>
            Freeze now
          </button>
        )}
      </div>
      {said && (
        <p role="alert" className="notice mt-2 border-bad bg-bad-soft">
          {said}
        </p>
      )}
      {check && (
        <ul role="status" className="m-0 mt-2 list-none p-0">
          {checkWords(check).map(({ text, fine }) => (
            <li key={text} className={fine ? "" : "font-semibold text-bad"}>
              <span aria-hidden="true" className={fine ? "text-good" : ""}>
                {fine ? "✓" : "✗"}{" "}
              </span>
              {text}
            </li>
          ))}
          {check.findings.map((finding) => (
            <li key={finding} className="text-soft">
              {finding}
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
