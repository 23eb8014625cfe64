// Asks the server. Every failure is a Problem that says what was wrong and, where the server knows, in which parameter and
// at which place of it.
import { connection } from "./connection";
import { authorization } from "./session";

export type ProblemKind =
  /** The question is wrong: 4xx. */
  | "refused"
  /** 401: nobody is signed in. 403 is "forbidden". */
  | "unauthorised"
  | "forbidden"
  /** 5xx. */
  | "failed"
  /** No answer at all. */
  | "unreachable";

/** An error as people read it: RFC 9457, with what Weir adds for questions. */
export class Problem extends Error {
  readonly kind: ProblemKind;
  /** 0 where there was no answer. */
  readonly status: number;
  /** The parameter that is wrong, e.g. "filter". */
  readonly parameter: string | undefined;
  /** Where in that parameter, in octets of UTF-8. */
  readonly position: number | undefined;
  readonly length: number | undefined;

  constructor(kind: ProblemKind, status: number, detail: string, more: Record<string, unknown> = {}) {
    super(detail);
    this.name = "Problem";
    this.kind = kind;
    this.status = status;
    this.parameter = typeof more.parameter === "string" ? more.parameter : undefined;
    this.position = typeof more.position === "number" ? more.position : undefined;
    this.length = typeof more.length === "number" ? more.length : undefined;
  }
}

function kindOf(status: number): ProblemKind {
  if (status === 401) return "unauthorised";
  if (status === 403) return "forbidden";
  return status >= 500 ? "failed" : "refused";
}

/** The problem that a response other than 2xx tells. */
export function problemOf(status: number, statusText: string, body: string): Problem {
  try {
    const document: unknown = JSON.parse(body);
    if (typeof document === "object" && document !== null) {
      const more = document as Record<string, unknown>;
      const detail = more.detail ?? more.title;
      if (typeof detail === "string") return new Problem(kindOf(status), status, detail, more);
    }
  } catch {
    // No problem document: something between the page and Weir answered.
  }
  return new Problem(kindOf(status), status, `the server answered ${status} ${statusText}`.trim());
}

export interface Sent {
  method?: "GET" | "POST" | "PUT" | "DELETE" | "PATCH";
  /** Sent as JSON. */
  body?: unknown;
  signal?: AbortSignal | undefined;
  /** By which the server tells of the question while it runs (progress.ts). */
  queryId?: string | null | undefined;
}

/** Throws Problem, or the signal's AbortError when the caller gave up. */
export async function send(path: string, { method = "GET", body, signal, queryId }: Sent = {}): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(path, {
      method,
      credentials: "same-origin",
      headers: {
        ...authorization(),
        ...(queryId ? { "X-Query-ID": queryId } : {}),
        ...(body === undefined ? {} : { "Content-Type": "application/json" }),
      },
      ...(signal ? { signal } : {}),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  } catch (error) {
    if (signal?.aborted) throw error;
    connection.lost();
    throw new Problem("unreachable", 0, "Weir does not answer. It is asked again every two seconds.");
  }
  if (response.ok) return response;
  const problem = problemOf(response.status, response.statusText, await response.text());
  if (problem.kind === "unauthorised") connection.signedOut();
  throw problem;
}

export async function getJson<T>(path: string, signal?: AbortSignal, queryId?: string | null): Promise<T> {
  return (await (await send(path, { signal, queryId })).json()) as T;
}

export async function sendJson<T>(method: NonNullable<Sent["method"]>, path: string, body?: unknown): Promise<T> {
  const text = await (await send(path, { method, body })).text();
  return (text === "" ? null : JSON.parse(text)) as T;
}

/** "/api/v1/query" and { by: "src_as", top: 10, filter: "" } -> "/api/v1/query?by=src_as&top=10"; the empty is left out. */
export function apiPath(path: string, parameters: Record<string, string | number | undefined>): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) {
    if (value !== undefined && value !== "") search.set(name, String(value));
  }
  const text = search.toString();
  return text === "" ? path : `${path}?${text}`;
}
