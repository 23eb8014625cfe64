// A GET as a part of the page: its answer, its problem, whether it runs, and how to end it or ask again.
import { keepPreviousData, QueryClient, useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { getJson, Problem } from "./client";
import { connection } from "./connection";
import { queryIdFor } from "./progress";

export interface Api<T> {
  /** The last good answer; while another question runs it is the one before (`stale`). */
  data: T | undefined;
  /** What `data` answers; while another question runs, the one before. */
  dataPath: string | null;
  problem: Problem | null;
  working: boolean;
  /** `data` answers another question than the one asked now. */
  stale: boolean;
  /** The reader ended the question; nothing runs until again(). */
  cancelled: boolean;
  /** Of the question that runs, where the server tells how far it is. */
  queryId: () => string | null;
  cancel: () => void;
  again: () => void;
}

export interface ApiOptions {
  /** Asks again this often. */
  every?: number | undefined;
  /** Changing it asks again, e.g. after "refresh". */
  turn?: number;
  /** False: another question empties the screen at once. */
  keep?: boolean;
}

/** GETs `path` (null: nothing yet). Leaving the page, another path or cancel() closes the connection, which ends the question. */
export function useApi<T>(path: string | null, options: ApiOptions = {}): Api<T> {
  const { every, turn = 0, keep = true } = options;
  const client = useQueryClient();
  const key = useMemo(() => [path, turn], [path, turn]);
  const [cancelledKey, setCancelledKey] = useState<unknown>(null);
  const cancelled = cancelledKey === key;
  const running = useRef<string | null>(null);
  const result = useQuery({
    queryKey: key,
    queryFn: async ({ signal }) => {
      running.current = queryIdFor(path ?? "");
      return { path, body: await getJson<T>(path ?? "", signal, running.current) };
    },
    enabled: path !== null && !cancelled,
    ...(keep ? { placeholderData: keepPreviousData } : {}),
    ...(every ? { refetchInterval: every } : {}),
  });
  const cancel = useCallback(() => {
    setCancelledKey(key);
    void client.cancelQueries({ queryKey: key });
  }, [client, key]);
  const { refetch } = result;
  const again = useCallback(() => {
    setCancelledKey(null);
    void refetch();
  }, [refetch]);
  const queryId = useCallback(() => running.current, []);
  const problem = result.error instanceof Problem ? result.error : null;
  return {
    data: result.data?.body,
    dataPath: result.data?.path ?? null,
    problem:
      problem ??
      (result.error ? new Problem("failed", 0, `the answer could not be read: ${result.error.message}`) : null),
    working: result.isFetching,
    stale: result.isPlaceholderData,
    cancelled,
    queryId,
    cancel,
    again,
  };
}

export function makeQueryClient(): QueryClient {
  const client = new QueryClient({
    defaultOptions: {
      queries: {
        retry: false,
        refetchOnWindowFocus: false,
        refetchOnReconnect: false,
        staleTime: Number.POSITIVE_INFINITY,
      },
    },
  });
  // What failed while the server was away, or before somebody signed in, is asked again as soon as it answers.
  connection.watch(() => {
    if (connection.state() !== "ok") return;
    void client.refetchQueries({
      type: "active",
      predicate: ({ state }) =>
        state.error instanceof Problem && ["unreachable", "unauthorised"].includes(state.error.kind),
    });
  });
  return client;
}

/** True once `working` has lasted longer than `ms`: below a second nobody needs to be told. */
export function useLong(working: boolean, ms = 1000): boolean {
  const [long, setLong] = useState(false);
  useEffect(() => {
    if (!working) return setLong(false);
    const timer = setTimeout(() => setLong(true), ms);
    return () => clearTimeout(timer);
  }, [working, ms]);
  return long;
}
