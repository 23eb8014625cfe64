import { type FormEvent, useEffect, useState } from "react";
import type { Problem } from "../../api/client";
import { stampText } from "../../time/format";
import { isRelative } from "../../time/range";
import type { Time } from "../../time/useTime";
import { fieldsOf, type Report, splitNames, type Typed, timeForAddress } from "./catalogue";
import { Field } from "./Field";
import { useChoices } from "./useChoices";

interface Props {
  report: Report;
  /** As the address has it. */
  typed: Typed;
  time: Time;
  problem: Problem | null;
  onShow: (typed: Typed, range: { from: string; to: string }) => void;
}

const GRID = "grid grid-cols-2 gap-x-3 gap-y-2 md:grid-cols-4 xl:grid-cols-6";

/** A moment of the range as the field shows it: relative ones as they stand, others by the clock of the zone. */
function shownTime(text: string, ms: number, zone: string): string {
  return isRelative(text) ? text : stampText(ms, zone);
}

/** The old form: nothing is asked until "Show Report". */
export function Form({ report, typed, time, problem, onShow }: Props) {
  const [draft, setDraft] = useState<Record<string, string>>({ ...typed });
  const [start, setStart] = useState("");
  const [end, setEnd] = useState("");
  const [wrongTime, setWrongTime] = useState<string | null>(null);
  const { from, to } = time.range;
  // biome-ignore lint/correctness/useExhaustiveDependencies: what relative times stand for moves with the clock; the field does not
  useEffect(() => {
    setStart(shownTime(from, time.fromMs, time.zoneId));
    setEnd(shownTime(to, time.toMs, time.zoneId));
    setWrongTime(null);
  }, [from, to, time.zoneId]);
  useEffect(() => setDraft({ ...typed }), [typed]);

  const choices = useChoices(splitNames(draft.router ?? ""));
  const { inSight, more } = fieldsOf(report);
  const set = (name: string, value: string) => setDraft((before) => ({ ...before, [name]: value }));
  const show = (event: FormEvent) => {
    event.preventDefault();
    const now = Date.now();
    const range = { from: timeForAddress(start, time.zoneId, now), to: timeForAddress(end, time.zoneId, now) };
    if (range.from === null || range.to === null) {
      setWrongTime(`“${range.from === null ? start : end}” is no time. Write 2018-07-24 05:06:00, -3h or now.`);
      return;
    }
    setWrongTime(null);
    onShow(draft, { from: range.from, to: range.to });
  };
  const problemOf = (name: string) => (problem?.parameter === name ? problem.message : null);
  const field = (name: string) => report.parameters.find((one) => one.name === name);
  return (
    <form className="card mb-3 p-3" aria-label={`Form of the report ${report.title}`} onSubmit={show}>
      <div className={GRID}>
        <Moment label="Start" value={start} onChange={setStart} zone={time.zoneId} />
        <Moment label="End" value={end} onChange={setEnd} zone={time.zoneId} />
        {inSight.map((one) => (
          <Field
            key={one.name}
            parameter={one}
            value={draft[one.name] ?? ""}
            onChange={(value) => set(one.name, value)}
            options={choices[one.name]}
            problem={problemOf(one.name)}
          />
        ))}
      </div>
      {wrongTime && (
        <p role="alert" className="mt-1 text-bad">
          {wrongTime}
        </p>
      )}
      <div className="mt-3 flex flex-wrap items-start gap-2">
        <button type="submit" className="button primary px-4">
          Show Report
        </button>
        <button
          type="button"
          className="button"
          onClick={() => setDraft({})}
          disabled={Object.values(draft).every((value) => value === "")}
        >
          Clear fields
        </button>
        <More
          open={more.some((one) => Boolean(typed[one.name]) || problemOf(one.name) !== null)}
          name={more.map((one) => field(one.name)?.title.toLowerCase()).join(", ")}
        >
          <div className={GRID}>
            {more.map((one) => (
              <div key={one.name} className={one.type === "filter" ? "col-span-2" : ""}>
                <Field
                  parameter={one}
                  value={draft[one.name] ?? ""}
                  onChange={(value) => set(one.name, value)}
                  options={choices[one.name]}
                  problem={problemOf(one.name)}
                />
              </div>
            ))}
          </div>
        </More>
      </div>
    </form>
  );
}

function Moment({
  label,
  value,
  onChange,
  zone,
}: {
  label: string;
  value: string;
  onChange: (value: string) => void;
  zone: string;
}) {
  return (
    <label className="flex min-w-0 flex-col gap-0.5" title={`A time of ${zone}, or relative: -3h, now`}>
      <span className="text-xs text-soft">{label}</span>
      <input
        className="field w-full tabular-nums"
        name={label.toLowerCase()}
        value={value}
        spellCheck={false}
        autoComplete="off"
        onChange={(event) => onChange(event.target.value)}
      />
    </label>
  );
}

function More({ open, name, children }: { open: boolean; name: string; children: React.ReactNode }) {
  const [shown, setShown] = useState(open);
  useEffect(() => {
    if (open) setShown(true);
  }, [open]);
  return (
    <>
      <button type="button" className="button" aria-expanded={shown} title={name} onClick={() => setShown(!shown)}>
        {shown ? "Fewer fields" : "More fields"}
      </button>
      {shown && <div className="w-full">{children}</div>}
    </>
  );
}
