// The old query screen of the NOC: a form, a chart, a table.
import { useMemo } from "react";
import { useSearch } from "wouter";
import { navigate } from "wouter/use-browser-location";
import { useApi } from "../../api/useApi";
import { CopyAs } from "../../copy/CopyAs";
import { SectionHead } from "../../parts/SectionHead";
import { Shown } from "../../parts/Shown";
import { Tabs } from "../../parts/Tabs";
import { type Time, useTime } from "../../time/useTime";
import { readable } from "../../url/params";
import {
  asked,
  type Catalogue,
  commandText,
  curlText,
  type Report,
  reportPath,
  type Typed,
  typedIn,
} from "./catalogue";
import { Form } from "./Form";
import { isEmpty, type Outcome } from "./outcome";
import { ReportTable } from "./ReportTable";

export default function TrafficReport() {
  const catalogue = useApi<Catalogue>("/api/v1/reports");
  return (
    <Shown
      api={catalogue}
      tall="min-h-60"
      isEmpty={(data) => data.reports.length === 0}
      empty="This Weir has no reports."
    >
      {(data) => <Chosen catalogue={data} />}
    </Shown>
  );
}

/** Writes into the address; what other sections and reports put there stays. */
function goTo(change: Record<string, string>) {
  const params = new URLSearchParams(window.location.search);
  for (const [name, value] of Object.entries(change)) {
    if (value === "") params.delete(name);
    else params.set(name, value);
  }
  const next = readable(params);
  if (next !== window.location.search) navigate(window.location.pathname + next);
}

function Chosen({ catalogue }: { catalogue: Catalogue }) {
  const search = useSearch();
  const time = useTime();
  const wanted = new URLSearchParams(search).get("report");
  const report = catalogue.reports.find((one) => one.name === wanted) ?? catalogue.reports[0];
  const typed = useMemo(() => (report ? typedIn(report, search) : {}), [report, search]);
  if (!report) return null;
  return (
    <>
      <Tabs
        label="Reports"
        tabs={catalogue.reports.map((one) => [one.name, one.title, one.purpose] as const)}
        here={report.name}
        onChoose={(name) => goTo({ report: name })}
      />
      <Result key={report.name} report={report} typed={typed} time={time} />
    </>
  );
}

function Result({ report, typed, time }: { report: Report; typed: Typed; time: Time }) {
  // One object for one question, so that charts are painted once.
  const parameters = useMemo(() => asked(report, typed, time.range), [report, typed, time.range]);
  const needsAddress = report.parameters.some((one) => one.name === "address") && !typed.address && !typed.preset;
  const api = useApi<Outcome>(time.problem || needsAddress ? null : reportPath(report.name, parameters), {
    turn: time.turn,
  });
  const show = (draft: Typed, range: { from: string; to: string }) => {
    const change: Record<string, string> = {
      report: report.name,
      from: range.from === "-1h" ? "" : range.from,
      to: range.to === "now" ? "" : range.to,
    };
    for (const { name, default: usual } of report.parameters) {
      if (name === "start" || name === "end") continue;
      const value = (draft[name] ?? "").trim();
      change[name] = value === usual ? "" : value;
    }
    const before = window.location.search;
    goTo(change);
    // Nothing was changed: it is asked again, as a relative range has moved on.
    if (window.location.search === before) time.refreshNow();
  };
  const server = window.location.origin;
  return (
    <>
      <SectionHead title={report.title}>
        <CopyAs
          forms={() => [
            { name: "Link", text: window.location.href },
            { name: "weir report", text: commandText(report.name, parameters, server) },
            { name: "curl", text: curlText(report.name, parameters, server) },
          ]}
        />
        <a className="button" download={`${report.name}.json`} href={reportPath(report.name, parameters, "json")}>
          Download JSON
        </a>
        <a className="button" download={`${report.name}.csv`} href={reportPath(report.name, parameters, "csv")}>
          Download CSV
        </a>
      </SectionHead>
      <p className="mb-2 max-w-prose text-soft">{report.purpose}</p>
      <Form report={report} typed={typed} time={time} problem={api.problem} onShow={show} />
      {time.problem && (
        <p role="alert" className="notice border-bad bg-bad-soft">
          {time.problem}
        </p>
      )}
      {needsAddress && (
        <p className="notice border-line bg-sunken text-soft">
          Type the address whose conversations you want to see, or choose what to look for, then press Show Report.
        </p>
      )}
      {!time.problem && !needsAddress && (
        <Shown
          api={api}
          tall="min-h-80"
          isEmpty={isEmpty}
          empty="No traffic matches. Widen the range, or clear a field of the form. Directions and uplinks are known where interfaces have a class (interface_classes in the configuration)."
        >
          {(outcome) => (
            <>
              {outcome.notes.map((note) => (
                <p key={note} className="notice border-line bg-sunken text-soft">
                  {note}
                </p>
              ))}
              {outcome.tables.map((table) => (
                <ReportTable key={table.name} table={table} time={time} stepMs={outcome.resolution_ms ?? 300_000} />
              ))}
              <p className="text-xs text-soft">
                {outcome.questions} {outcome.questions === 1 ? "question" : "questions"} to the store, {outcome.took_ms}{" "}
                ms.
              </p>
            </>
          )}
        </Shown>
      )}
    </>
  );
}
