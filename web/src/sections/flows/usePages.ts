import { useCallback, useEffect, useRef, useState } from "react";
import { getJson, Problem } from "../../api/client";
import { type Api, useApi } from "../../api/useApi";
import { pagePath, type Range, type State } from "./question";
import { type FlowRow, type FlowsPage, TAIL_BACK_MS, TAIL_MS, withNewest } from "./tail";

const NONE: FlowRow[] = [];

export interface Pages {
  first: Api<FlowsPage>;
  rows: FlowRow[];
  more: (() => void) | null;
  loading: boolean;
  problem: Problem | null;
}

/** The first page, and those that the reader asks for behind it. */
export function usePages(state: State, range: Range, turn: number, wanted: boolean): Pages {
  const first = useApi<FlowsPage>(wanted ? pagePath(state, range, null) : null, { turn });
  const [behind, setBehind] = useState<{ of: FlowsPage; rows: FlowRow[]; next: string | null } | null>(null);
  const [loading, setLoading] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const abort = useRef<AbortController | null>(null);
  const page = first.data;
  const mine = behind && behind.of === page ? behind : null;
  const next = mine ? mine.next : (page?.next ?? null);
  useEffect(() => () => abort.current?.abort(), []);
  const more = useCallback(async () => {
    if (!page || next === null) return;
    abort.current?.abort();
    abort.current = new AbortController();
    setLoading(true);
    setProblem(null);
    try {
      const got = await getJson<FlowsPage>(pagePath(state, range, next), abort.current.signal);
      setBehind((before) => ({
        of: page,
        rows: [...(before?.of === page ? before.rows : []), ...got.rows],
        next: got.next,
      }));
    } catch (error) {
      if (error instanceof Problem) setProblem(error);
    } finally {
      setLoading(false);
    }
  }, [page, next, state, range]);
  const rows = page ? (mine ? [...page.rows, ...mine.rows] : page.rows) : NONE;
  return { first, rows, more: next === null ? null : () => void more(), loading, problem };
}

/** The newest flows, as they come in; nothing while it is off. */
export function useTail(state: State): { rows: FlowRow[]; problem: Problem | null } {
  const { live, filter } = state;
  const [rows, setRows] = useState<FlowRow[]>(NONE);
  const [problem, setProblem] = useState<Problem | null>(null);
  useEffect(() => {
    setRows(NONE);
    setProblem(null);
    if (!live) return;
    const abort = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const ask = async () => {
      try {
        const range = { from: `-${TAIL_BACK_MS / 1000}s`, to: "now" };
        const asked = { filter, order: "-time", columns: [], of: "flows" as const, live };
        const page = await getJson<FlowsPage>(pagePath(asked, range, null), abort.signal);
        setProblem(null);
        setRows((held) => withNewest(held, page.rows));
      } catch (error) {
        if (abort.signal.aborted) return;
        if (error instanceof Problem) setProblem(error);
      }
      timer = setTimeout(ask, TAIL_MS);
    };
    void ask();
    return () => {
      abort.abort();
      clearTimeout(timer);
    };
  }, [live, filter]);
  return { rows, problem };
}
