import { type FormEvent, useState } from "react";
import { Popup } from "../parts/Popup";
import { browserZone, dateText, offsetText, stampText } from "./format";
import { iso, isRelative, PRESETS, resolve, type TimeRange } from "./range";
import { REFRESH, type Refresh, type Time, useTime } from "./useTime";

/** The range of everything on the screen: presets, typed ranges, steps back and forth, the zone, how often it is asked again. */
export function TimePicker() {
  const time = useTime();
  return (
    <div className="contents flex-wrap items-center gap-1 sm:flex">
      <button type="button" className="button" aria-label="Earlier" title="Earlier" onClick={() => time.shift(-1)}>
        ◀
      </button>
      <Popup
        label={
          <span className="whitespace-nowrap">
            <span className="sr-only">Time range: </span>
            {rangeText(time)} <span className="text-soft">{offsetText(time.toMs, time.zone)}</span>
          </span>
        }
        panelClass="w-[22rem] p-3"
      >
        {(close) => <Choices time={time} close={close} />}
      </Popup>
      <button
        type="button"
        className="button"
        aria-label="Later"
        title="Later"
        disabled={time.range.to === "now"}
        onClick={() => time.shift(1)}
      >
        ▶
      </button>
      <button type="button" className="button" aria-label="Twice as long" title="Twice as long" onClick={time.widen}>
        −
      </button>
      <button type="button" className="button" title="Ask again now" onClick={time.refreshNow}>
        Refresh
      </button>
      <label>
        <span className="sr-only">Ask again every</span>
        <select
          className="field"
          value={time.refresh}
          onChange={(event) => time.setRefresh(event.target.value as Refresh)}
        >
          {Object.keys(REFRESH).map((every) => (
            <option key={every} value={every}>
              {every === "off" ? "by hand" : `every ${every}`}
            </option>
          ))}
        </select>
      </label>
      {time.problem && (
        <span role="alert" className="font-medium text-bad">
          {time.problem}
        </span>
      )}
    </div>
  );
}

/** "Last hour", "Mon 23 Nov 12:00 to 13:00". */
export function rangeText({ range, fromMs, toMs, zone }: Pick<Time, "range" | "fromMs" | "toMs" | "zone">): string {
  if (range.to === "now") {
    const preset = PRESETS.find((one) => one.from === range.from);
    if (preset) return preset.name;
    if (isRelative(range.from)) return `Last ${range.from.slice(1)}`;
  }
  const seconds = toMs - fromMs < 300_000;
  const from = dateText(fromMs, zone, { seconds });
  const to = dateText(toMs, zone, { seconds });
  const sameDay = from.slice(0, from.lastIndexOf(" ")) === to.slice(0, to.lastIndexOf(" "));
  return `${from} to ${range.to === "now" ? "now" : sameDay ? to.slice(to.lastIndexOf(" ") + 1) : to}`;
}

function Choices({ time, close }: { time: Time; close: () => void }) {
  const choose = (range: TimeRange) => {
    time.setRange(range);
    close();
  };
  return (
    <>
      <div className="grid grid-cols-2 gap-1">
        {PRESETS.map((preset) => (
          <button
            key={preset.from}
            type="button"
            className="button text-left"
            aria-pressed={time.range.to === "now" && time.range.from === preset.from}
            onClick={() => choose({ from: preset.from, to: "now" })}
          >
            {preset.name}
          </button>
        ))}
      </div>
      <Typed time={time} onChoose={choose} />
      <ZoneChoice time={time} />
    </>
  );
}

/** What is typed without a zone is meant in the zone that is shown; the address carries UTC. */
function written(text: string, time: Time): string | null {
  const typed = text.trim();
  const at = resolve(typed, Date.now(), time.zoneId);
  if (at === null) return null;
  return isRelative(typed) ? typed : iso(at);
}

function Typed({ time, onChoose }: { time: Time; onChoose: (range: TimeRange) => void }) {
  const shown = (text: string, ms: number) => (isRelative(text) ? text : stampText(ms, time.zone));
  const [from, setFrom] = useState(() => shown(time.range.from, time.fromMs));
  const [to, setTo] = useState(() => shown(time.range.to, time.toMs));
  const [wrong, setWrong] = useState<string | null>(null);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const range = { from: written(from, time), to: written(to, time) };
    if (range.from === null || range.to === null) {
      return setWrong(`"${range.from === null ? from : to}" is no time. Write -6h, now or 2026-11-23 12:00.`);
    }
    const now = Date.now();
    if ((resolve(range.from, now) ?? 0) >= (resolve(range.to, now) ?? 0))
      return setWrong("The range ends before it begins.");
    onChoose({ from: range.from, to: range.to });
  };
  return (
    <form onSubmit={submit} className="mt-3 grid grid-cols-[3rem_1fr] items-center gap-x-2 gap-y-1">
      <label htmlFor="time-from">From</label>
      <input
        id="time-from"
        className="field"
        value={from}
        onChange={(event) => setFrom(event.target.value)}
        spellCheck={false}
      />
      <label htmlFor="time-to">To</label>
      <input
        id="time-to"
        className="field"
        value={to}
        onChange={(event) => setTo(event.target.value)}
        spellCheck={false}
      />
      <p className="col-span-2 text-xs text-soft">-6h, now, or 2026-11-23 12:00 in the time zone below</p>
      {wrong && (
        <p role="alert" className="col-span-2 text-bad">
          {wrong}
        </p>
      )}
      <button type="submit" className="button primary col-span-2">
        Show this range
      </button>
    </form>
  );
}

const NEAR = ["UTC", "Asia/Kuala_Lumpur", "Asia/Singapore", "Asia/Hong_Kong"];

function ZoneChoice({ time }: { time: Time }) {
  const all = typeof Intl.supportedValuesOf === "function" ? Intl.supportedValuesOf("timeZone") : [];
  return (
    <label className="mt-3 grid grid-cols-[3rem_1fr] items-center gap-x-2">
      <span>Zone</span>
      <select className="field min-w-0" value={time.zone} onChange={(event) => time.setZone(event.target.value)}>
        <option value="local">This browser's: {browserZone()}</option>
        {NEAR.map((zone) => (
          <option key={zone}>{zone}</option>
        ))}
        {all
          .filter((zone) => !NEAR.includes(zone))
          .map((zone) => (
            <option key={zone}>{zone}</option>
          ))}
      </select>
    </label>
  );
}
