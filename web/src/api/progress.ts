// How far a question is that runs: /api/v1/query, /flows and /sql take an id, and GET /api/v1/queries tells of those that run.
import { useEffect, useState } from "react";
import { getJson } from "./client";

const TOLD = /^\/api\/v1\/(?:query|flows|sql)(?:\?|$)/;
const EVERY_MS = 1000;

let made = 0;
const page = Math.floor(Math.random() * 2 ** 48).toString(36);

/** An id for the question of this path; null where the server tells nothing of its progress. */
export function queryIdFor(path: string): string | null {
  return TOLD.test(path) ? `page-${page}-${++made}` : null;
}

interface Running {
  queries: { id: string; progress: number }[];
}

/** From 0 to 1, asked every second; null: nothing is known. */
export function useProgress(id: string | null): number | null {
  const [progress, setProgress] = useState<number | null>(null);
  useEffect(() => {
    setProgress(null);
    if (id === null) return;
    const abort = new AbortController();
    const ask = async () => {
      try {
        const { queries } = await getJson<Running>("/api/v1/queries", abort.signal);
        const found = queries.find((one) => one.id === id);
        if (!abort.signal.aborted) setProgress(found ? found.progress : null);
      } catch {
        // The question itself tells what is wrong.
      }
    };
    void ask();
    const timer = setInterval(ask, EVERY_MS);
    return () => {
      clearInterval(timer);
      abort.abort();
    };
  }, [id]);
  return progress;
}
