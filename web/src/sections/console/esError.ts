// Where a request is wrong, as the Elasticsearch-compatible API tells it: line and column of the body.
import type { Reply } from "./run";

interface Caused {
  reason?: unknown;
  line?: unknown;
  col?: unknown;
  root_cause?: Caused[];
}

/** The place of the body's mistake, as a place of the console's text; null where the answer names none. */
export function errorPlace(
  text: string,
  sent: { bodyFrom: number },
  reply: Reply,
): { from: number; to: number; message: string } | null {
  if (reply.status < 400 || !reply.json) return null;
  let error: Caused;
  try {
    error = (JSON.parse(reply.text) as { error?: Caused }).error ?? {};
  } catch {
    return null;
  }
  const cause = [error, ...(error.root_cause ?? [])].find((one) => typeof one.line === "number");
  if (!cause || typeof cause.line !== "number") return null;
  const lines = text.slice(sent.bodyFrom).split("\n");
  const before = lines.slice(0, cause.line - 1).reduce((sum, line) => sum + line.length + 1, 0);
  const from = Math.min(text.length, sent.bodyFrom + before + Math.max(0, Number(cause.col ?? 1) - 1));
  const word = /^(?:"(?:\\.|[^"\\])*"?|[\w.-]+|.)?/.exec(text.slice(from))?.[0].length ?? 1;
  return { from, to: from + Math.max(1, word), message: String(cause.reason ?? error.reason ?? "refused") };
}
