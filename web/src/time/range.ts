// Times as people type them and the server takes them (base/clock.h): "now", "-6h", "2026-11-23T12:00:00Z".

export interface TimeRange {
  from: string;
  to: string;
}

const UNITS: Record<string, number> = { s: 1e3, m: 60e3, h: 3600e3, d: 86400e3, w: 7 * 86400e3 };

/** Milliseconds of "90s", "15m", "6h", "7d"; null for anything else. */
export function durationOf(text: string): number | null {
  const found = /^(\d+(?:\.\d+)?)([smhdw])$/.exec(text.trim());
  return found ? Number(found[1]) * (UNITS[found[2] ?? ""] ?? 0) : null;
}

/** "90s", "15m", "6h", "7d": the largest unit that divides it. */
export function durationText(ms: number): string {
  for (const unit of ["d", "h", "m"]) {
    const length = UNITS[unit] ?? 1;
    if (ms >= length && ms % length === 0) return `${ms / length}${unit}`;
  }
  return `${Math.max(1, Math.round(ms / 1000))}s`;
}

export function isRelative(text: string): boolean {
  return text === "now" || text.startsWith("-");
}

/** Milliseconds since the epoch; null where the text is no time. Times without a zone are those of `zone`. */
export function resolve(text: string, now: number, zone = "UTC"): number | null {
  const typed = text.trim();
  if (typed === "now") return now;
  if (typed.startsWith("-")) {
    const length = durationOf(typed.slice(1));
    return length === null ? null : now - length;
  }
  if (/^\d{9,11}$/.test(typed)) return Number(typed) * 1000;
  if (/^\d{12,14}$/.test(typed)) return Number(typed);
  const found = /^(\d{4})-(\d\d?)-(\d\d?)(?:[ T](\d\d?):(\d\d)(?::(\d\d)(?:\.(\d{1,3}))?)?)?(Z)?$/.exec(typed);
  if (!found) return null;
  const [year, month, day, hour, minute, second] = found.slice(1, 7).map((part) => Number(part ?? 0)) as number[];
  const milliseconds = Number((found[7] ?? "0").padEnd(3, "0"));
  const utc = Date.UTC(year ?? 0, (month ?? 1) - 1, day ?? 1, hour ?? 0, minute ?? 0, second ?? 0, milliseconds);
  const back = new Date(utc);
  // The 31st of February is an error, not the 3rd of March.
  if (Number.isNaN(utc) || back.getUTCMonth() !== (month ?? 1) - 1 || back.getUTCDate() !== day) return null;
  return found[8] || zone === "UTC" ? utc : fromZone(utc, zone);
}

/** The time at which a clock of the zone shows what a UTC clock shows at `utc`. */
function fromZone(utc: number, zone: string): number {
  // Twice, for the hours beside a change of the clock.
  const first = utc - zoneOffset(utc, zone);
  return utc - zoneOffset(first, zone);
}

/** How far the zone's clock is ahead of UTC at that time. */
export function zoneOffset(time: number, zone: string): number {
  const parts = new Map(
    clockOf(zone)
      .formatToParts(time)
      .map((part) => [part.type, Number(part.value)]),
  );
  const shown = Date.UTC(
    parts.get("year") ?? 0,
    (parts.get("month") ?? 1) - 1,
    parts.get("day") ?? 1,
    (parts.get("hour") ?? 0) % 24,
    parts.get("minute") ?? 0,
    parts.get("second") ?? 0,
  );
  return shown - Math.floor(time / 1000) * 1000;
}

const clocks = new Map<string, Intl.DateTimeFormat>();
function clockOf(zone: string): Intl.DateTimeFormat {
  let clock = clocks.get(zone);
  if (!clock) {
    clock = new Intl.DateTimeFormat("en-GB", {
      timeZone: zone,
      hourCycle: "h23",
      year: "numeric",
      month: "2-digit",
      day: "2-digit",
      hour: "2-digit",
      minute: "2-digit",
      second: "2-digit",
    });
    clocks.set(zone, clock);
  }
  return clock;
}

/** "2026-11-23T12:00:00Z", as addresses carry it. */
export function iso(time: number): string {
  return new Date(time).toISOString().replace(/\.000Z$/, "Z");
}

/** A range between two moments, as the address carries it; to the second. */
export function absolute(from: number, to: number): TimeRange {
  const start = Math.floor(from / 1000) * 1000;
  return { from: iso(start), to: iso(Math.max(start + 1000, Math.ceil(to / 1000) * 1000)) };
}

/** The range moved by its own length: -1 back, 1 forward; never beyond now. */
export function shifted(range: TimeRange, by: number, now: number): TimeRange {
  const from = resolve(range.from, now);
  const to = resolve(range.to, now);
  if (from === null || to === null) return range;
  const length = to - from;
  const end = Math.min(now, to + by * length);
  return absolute(end - length, end);
}

/** Twice as long around the same middle; ends at now where it would reach beyond. A range up to now stays one. */
export function widened(range: TimeRange, now: number): TimeRange {
  const from = resolve(range.from, now);
  const to = resolve(range.to, now);
  if (from === null || to === null) return range;
  const length = to - from;
  if (range.to === "now") return { from: `-${durationText(Math.round(length * 2))}`, to: "now" };
  const end = Math.min(now, to + length / 2);
  return absolute(end - length * 2, end);
}

export interface Preset {
  from: string;
  name: string;
}
export const PRESETS: Preset[] = [
  { from: "-5m", name: "Last 5 minutes" },
  { from: "-15m", name: "Last 15 minutes" },
  { from: "-1h", name: "Last hour" },
  { from: "-3h", name: "Last 3 hours" },
  { from: "-6h", name: "Last 6 hours" },
  { from: "-12h", name: "Last 12 hours" },
  { from: "-24h", name: "Last 24 hours" },
  { from: "-2d", name: "Last 2 days" },
  { from: "-7d", name: "Last 7 days" },
  { from: "-30d", name: "Last 30 days" },
  { from: "-90d", name: "Last 90 days" },
  { from: "-365d", name: "Last year" },
];
