import { createContext, type ReactNode, useCallback, useContext, useEffect, useMemo, useState } from "react";
import { choice, type Param, text, useParams } from "../url/params";
import { isZone, zoneName } from "./format";
import { resolve, shifted, type TimeRange, widened } from "./range";

const ZONE_KEY = "weir.zone";
export function savedZone(): string {
  try {
    const saved = localStorage.getItem(ZONE_KEY);
    return saved && isZone(saved) ? saved : "local";
  } catch {
    return "local";
  }
}

const zoneParam: Param<string> = {
  read: (written) => (written !== null && isZone(written) ? written : savedZone()),
  write: (zone) => (zone === "local" ? null : zone),
};
export const REFRESH = { off: 0, "10s": 10_000, "30s": 30_000, "1m": 60_000, "5m": 300_000 } as const;
export type Refresh = keyof typeof REFRESH;

/** The parameters of the address that every section shares; links between sections carry them along. */
export const TIME_PARAMS = {
  from: text("-1h"),
  to: text("now"),
  tz: zoneParam,
  refresh: choice(Object.keys(REFRESH) as Refresh[], "off"),
};

export interface Time {
  /** As typed; may be wrong: then `problem` says so and nothing should be asked. */
  range: TimeRange;
  /** Now, in milliseconds, by the last refresh. */
  fromMs: number;
  toMs: number;
  problem: string | null;
  /** "local" or a name; `zoneId` is always a name. */
  zone: string;
  zoneId: string;
  refresh: Refresh;
  /** Grows with every refresh; give it to useApi(). */
  turn: number;
  setRange: (range: TimeRange) => void;
  setZone: (zone: string) => void;
  setRefresh: (refresh: Refresh) => void;
  refreshNow: () => void;
  shift: (by: number) => void;
  widen: () => void;
}

const TimeContext = createContext<Time | null>(null);

export function TimeProvider({ children }: { children: ReactNode }) {
  const [values, set] = useParams(TIME_PARAMS);
  const [turn, setTurn] = useState(0);
  const { from, to, tz, refresh } = values;
  const refreshNow = useCallback(() => setTurn((before) => before + 1), []);
  useEffect(() => {
    const every = REFRESH[refresh];
    if (every === 0) return;
    const timer = setInterval(refreshNow, every);
    return () => clearInterval(timer);
  }, [refresh, refreshNow]);
  const setZone = useCallback(
    (zone: string) => {
      try {
        localStorage.setItem(ZONE_KEY, zone);
      } catch {
        // Then it holds until the page is left.
      }
      set({ tz: zone }, { replace: true });
    },
    [set],
  );
  const time = useMemo<Time>(() => {
    void turn; // another turn is another now
    const now = Date.now();
    const fromMs = resolve(from, now);
    const toMs = resolve(to, now);
    const problem =
      fromMs === null
        ? `"${from}" is no time; write -6h, now or 2026-11-23 12:00`
        : toMs === null
          ? `"${to}" is no time; write -6h, now or 2026-11-23 12:00`
          : fromMs >= toMs
            ? "The range ends before it begins."
            : null;
    const range = { from, to };
    return {
      range,
      fromMs: fromMs ?? now - 3_600_000,
      toMs: toMs ?? now,
      problem,
      zone: tz,
      zoneId: zoneName(tz),
      refresh,
      turn,
      setRange: (next) => set(next),
      setZone,
      setRefresh: (next) => set({ refresh: next }, { replace: true }),
      refreshNow,
      shift: (by) => set(shifted(range, by, Date.now())),
      widen: () => set(widened(range, Date.now())),
    };
  }, [from, to, tz, refresh, turn, set, setZone, refreshNow]);
  return <TimeContext value={time}>{children}</TimeContext>;
}

export function useTime(): Time {
  const time = useContext(TimeContext);
  if (!time) throw new Error("useTime() outside of TimeProvider");
  return time;
}
