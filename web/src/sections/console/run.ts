// Sends what the console asks. The Elasticsearch-compatible API tells its errors in a shape of its own, which is shown as it is.
import { useCallback, useEffect, useRef, useState } from "react";
import { getJson, Problem } from "../../api/client";
import { connection } from "../../api/connection";
import { authorization } from "../../api/session";
import { type ConsoleRequest, isLines, wire } from "./requests";

export interface Reply {
  status: number;
  /** As it came; JSON is not read, so that no digit is lost. */
  text: string;
  json: boolean;
  tookMs: number;
}

export async function askEs(request: ConsoleRequest, signal: AbortSignal): Promise<Reply> {
  const { method, path } = wire(request);
  const began = performance.now();
  const body = request.body.trim();
  let response: Response;
  try {
    response = await fetch(path, {
      method,
      signal,
      credentials: "same-origin",
      headers: {
        ...authorization(),
        ...(body === "" ? {} : { "Content-Type": isLines(request.path) ? "application/x-ndjson" : "application/json" }),
      },
      ...(body === "" ? {} : { body: isLines(request.path) ? `${body}\n` : body }),
    });
  } catch (error) {
    if (!signal.aborted) connection.lost();
    throw signal.aborted
      ? error
      : new Problem("unreachable", 0, "Weir does not answer. It is asked again every two seconds.");
  }
  if (response.status === 401) connection.signedOut();
  const text = await response.text();
  const json = (response.headers.get("Content-Type") ?? "").includes("json");
  return { status: response.status, text, json, tookMs: performance.now() - began };
}

export interface SqlReply {
  columns: { name: string; type: string }[];
  rows: (string | number | boolean | null)[][];
  left_out: boolean | number;
  took_ms: number;
}

export function sqlPath(sql: string, format?: "csv"): string {
  const search = new URLSearchParams({ sql, ...(format ? { format } : {}) });
  return `/api/v1/sql?${search}`;
}

export const askSql = (sql: string, signal: AbortSignal) => getJson<SqlReply>(sqlPath(sql), signal);

export interface Running<T> {
  reply: T | null;
  problem: Problem | null;
  working: boolean;
  /** The reader ended it. */
  cancelled: boolean;
  run: (ask: (signal: AbortSignal) => Promise<T>) => void;
  cancel: () => void;
}

/** One question at a time; leaving the page or another question ends the one before. */
export function useRunning<T>(): Running<T> {
  const [state, setState] = useState<Omit<Running<T>, "run" | "cancel">>({
    reply: null,
    problem: null,
    working: false,
    cancelled: false,
  });
  const abort = useRef<AbortController | null>(null);
  useEffect(() => () => abort.current?.abort(), []);
  const run = useCallback((ask: (signal: AbortSignal) => Promise<T>) => {
    abort.current?.abort();
    const mine = new AbortController();
    abort.current = mine;
    setState((before) => ({ ...before, problem: null, working: true, cancelled: false }));
    ask(mine.signal).then(
      (reply) => {
        if (!mine.signal.aborted) setState({ reply, problem: null, working: false, cancelled: false });
      },
      (error: unknown) => {
        if (mine.signal.aborted) return;
        const problem =
          error instanceof Problem ? error : new Problem("failed", 0, `the answer could not be read: ${error}`);
        setState({ reply: null, problem, working: false, cancelled: false });
      },
    );
  }, []);
  const cancel = useCallback(() => {
    abort.current?.abort();
    setState((before) => ({ ...before, working: false, cancelled: true }));
  }, []);
  return { ...state, run, cancel };
}
