import { useEffect, useReducer } from "react";
import type { ExportersEvent, HistoryEvent, RatePoint, RatesEvent, TopEvent, TrafficEvent } from "./types";

/** As many seconds as the graph shows. */
export const HISTORY = 600;

export interface Live {
  /** False until the first event, and while the connection is lost. */
  connected: boolean;
  rates: RatesEvent | null;
  history: RatePoint[];
  exporters: ExportersEvent | null;
  traffic: TrafficEvent | null;
  top: TopEvent | null;
}

export const NOTHING_YET: Live = {
  connected: false,
  rates: null,
  history: [],
  exporters: null,
  traffic: null,
  top: null,
};

export type LiveEvent =
  | { type: "rates"; data: RatesEvent }
  | { type: "history"; data: HistoryEvent }
  | { type: "exporters"; data: ExportersEvent }
  | { type: "traffic"; data: TrafficEvent }
  | { type: "top"; data: TopEvent }
  | { type: "lost" };

export function advance(state: Live, event: LiveEvent): Live {
  switch (event.type) {
    case "lost":
      return { ...state, connected: false };
    case "history":
      return { ...state, connected: true, history: event.data.points.slice(-HISTORY) };
    case "rates": {
      const { last } = event.data;
      const newest = state.history.at(-1);
      // The greeting repeats the last second.
      const isNew = last.time > 0 && (!newest || last.time > newest.time);
      const history = isNew ? [...state.history, last].slice(-HISTORY) : state.history;
      return { ...state, connected: true, rates: event.data, history };
    }
    case "exporters":
      return { ...state, connected: true, exporters: event.data };
    case "traffic":
      // Where the store could not answer, what was shown stays, and the page says so.
      return { ...state, traffic: event.data.error ? keepWithError(state.traffic, event.data) : event.data };
    case "top":
      return { ...state, top: event.data.error ? keepWithError(state.top, event.data) : event.data };
  }
}

function keepWithError<T extends { error?: string }>(before: T | null, now: T): T {
  return before && now.error ? { ...before, error: now.error } : now;
}

/**
 * Follows /api/v1/live; the browser comes back by itself when the connection is lost. Only while the page is seen: a browser
 * opens at most six connections to a server, and hidden tabs and pages kept for Back would hold them. What was missed comes
 * with the greeting of the next connection.
 */
export function useLive(): Live {
  const [state, dispatch] = useReducer(advance, NOTHING_YET);
  useEffect(() => {
    let source: EventSource | null = null;
    const open = () => {
      source = new EventSource("/api/v1/live");
      for (const type of ["rates", "history", "exporters", "traffic", "top"] as const) {
        source.addEventListener(type, (message: MessageEvent<string>) => {
          dispatch({ type, data: JSON.parse(message.data) } as LiveEvent);
        });
      }
      source.onerror = () => dispatch({ type: "lost" });
    };
    const close = () => {
      source?.close();
      source = null;
    };
    const follow = () => {
      if (document.visibilityState === "hidden") close();
      else if (!source) open();
    };
    follow();
    document.addEventListener("visibilitychange", follow);
    window.addEventListener("pagehide", close);
    window.addEventListener("pageshow", follow);
    return () => {
      document.removeEventListener("visibilitychange", follow);
      window.removeEventListener("pagehide", close);
      window.removeEventListener("pageshow", follow);
      close();
    };
  }, []);
  return state;
}
