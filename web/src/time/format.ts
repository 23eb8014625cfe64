// Times as text, always in a zone that is named on the screen.
import { zoneOffset } from "./range";

/** "local" or a name such as "UTC" or "Asia/Kuala_Lumpur". */
export type Zone = string;

export function browserZone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC";
}
export function zoneName(zone: Zone): string {
  return zone === "local" ? browserZone() : zone;
}
export function isZone(name: string): boolean {
  try {
    return name === "local" || Boolean(new Intl.DateTimeFormat("en-GB", { timeZone: name }));
  } catch {
    return false;
  }
}

/** "UTC", "UTC+8", "UTC-3:30". */
export function offsetText(time: number, zone: Zone): string {
  const minutes = Math.round(zoneOffset(time, zoneName(zone)) / 60_000);
  if (minutes === 0) return "UTC";
  const hours = Math.floor(Math.abs(minutes) / 60);
  const rest = Math.abs(minutes) % 60;
  return `UTC${minutes < 0 ? "-" : "+"}${hours}${rest ? `:${String(rest).padStart(2, "0")}` : ""}`;
}

const two = (value: number) => String(value).padStart(2, "0");
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const DAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];

/** The fields of the zone's clock, as the UTC fields of a Date. */
function shownBy(time: number, zone: Zone): Date {
  return new Date(time + zoneOffset(time, zoneName(zone)));
}

/** "14:05", or "14:05:30". */
export function clockText(time: number, zone: Zone, seconds = false): string {
  const at = shownBy(time, zone);
  return `${two(at.getUTCHours())}:${two(at.getUTCMinutes())}${seconds ? `:${two(at.getUTCSeconds())}` : ""}`;
}
/** "23 Nov". */
export function dayText(time: number, zone: Zone): string {
  const at = shownBy(time, zone);
  return `${at.getUTCDate()} ${MONTHS[at.getUTCMonth()]}`;
}
/** "Mon 23 Nov 14:05"; the year where it is not this one. */
export function dateText(time: number, zone: Zone, options: { seconds?: boolean; now?: number } = {}): string {
  const at = shownBy(time, zone);
  const year = shownBy(options.now ?? Date.now(), zone).getUTCFullYear();
  const tail = at.getUTCFullYear() === year ? "" : ` ${at.getUTCFullYear()}`;
  return `${DAYS[at.getUTCDay()]} ${dayText(time, zone)}${tail} ${clockText(time, zone, options.seconds)}`;
}
/** "2026-11-23 14:05:30", for fields and tables; with milliseconds where asked. */
export function stampText(time: number, zone: Zone, milliseconds = false): string {
  const at = shownBy(time, zone);
  const day = `${at.getUTCFullYear()}-${two(at.getUTCMonth() + 1)}-${two(at.getUTCDate())}`;
  const ms = milliseconds ? `.${String(at.getUTCMilliseconds()).padStart(3, "0")}` : "";
  return `${day} ${clockText(time, zone, true)}${ms}`;
}
/** What a point of a graph's axis is called, by the distance of its neighbours. */
export function axisText(time: number, zone: Zone, stepMs: number): string {
  const at = shownBy(time, zone);
  const midnight = at.getUTCHours() === 0 && at.getUTCMinutes() === 0 && at.getUTCSeconds() === 0;
  if (stepMs >= 86400e3 || midnight) return dayText(time, zone);
  return clockText(time, zone, stepMs < 60e3);
}
