// SQL of the console: what could be typed next, and the statement laid out. No drawing here.
import type { Candidate, Field, Found } from "./dslComplete";

export const SQL_TABLES: [string, string][] = [
  ["flows", "every flow"],
  ["rollup_1m", "sums by the minute"],
  ["rollup_5m", "sums by five minutes"],
  ["rollup_1h", "sums by the hour"],
  ["interface_counters", "counters of interfaces, by SNMP and sFlow"],
];
const CLAUSES = [
  "WITH",
  "SELECT",
  "FROM",
  "WHERE",
  "GROUP BY",
  "HAVING",
  "WINDOW",
  "QUALIFY",
  "ORDER BY",
  "LIMIT",
  "OFFSET",
  "UNION ALL",
  "UNION",
  "LEFT JOIN",
  "INNER JOIN",
  "JOIN",
];
const WORDS = [
  "DISTINCT",
  "AS",
  "ON",
  "AND",
  "OR",
  "NOT",
  "IN",
  "IS",
  "NULL",
  "LIKE",
  "BETWEEN",
  "CASE",
  "WHEN",
  "THEN",
];
const MORE = [
  "ELSE",
  "END",
  "ASC",
  "DESC",
  "OVER",
  "PARTITION BY",
  "USING",
  "EXISTS",
  "ALL",
  "ANY",
  "FILTER",
  "TRUE",
  "FALSE",
];
const FUNCTIONS: [string, string][] = [
  ["sum", ""],
  ["count", ""],
  ["avg", ""],
  ["min", ""],
  ["max", ""],
  ["quantile_cont", "(value, 0.95)"],
  ["approx_count_distinct", ""],
  ["coalesce", "the first that is known"],
  ["epoch_ms", "milliseconds to a time, and back"],
  ["date_trunc", "('hour', time)"],
  ["now", ""],
  ["round", ""],
  ["weir_in", "(address, '192.0.2.0/24')"],
  ["row_number", ""],
];
const KEYWORDS = new Set([
  ...CLAUSES.flatMap((one) => one.split(" ")),
  ...WORDS,
  ...MORE.flatMap((one) => one.split(" ")),
]);

export function isKeyword(word: string): boolean {
  return KEYWORDS.has(word.toUpperCase());
}

export function sqlCompletions(text: string, cursor: number, fields: readonly Field[]): Found | null {
  const before = text.slice(0, cursor);
  if (/--[^\n]*$/.test(before) || (before.match(/'/g)?.length ?? 0) % 2 === 1) return null;
  const typed = /[A-Za-z_]\w*$/.exec(before)?.[0] ?? "";
  const from = cursor - typed.length;
  const last = /(\w+)\s+$/.exec(text.slice(0, from))?.[1]?.toUpperCase();
  const tables: Candidate[] = SQL_TABLES.map(([text, about]) => ({ text, about }));
  if (last === "FROM" || last === "JOIN") return { from, to: cursor, candidates: tables };
  const upper = typed !== "" && typed === typed.toUpperCase();
  const word = (text: string): Candidate => ({ text: upper || typed === "" ? text : text.toLowerCase(), about: "" });
  return {
    from,
    to: cursor,
    candidates: [
      ...fields.map(({ name, meaning }): Candidate => ({ text: name, about: meaning })),
      ...FUNCTIONS.map(([text, about]): Candidate => ({ text, about, after: "(|)" })),
      ...[...CLAUSES, ...WORDS, ...MORE].map(word),
      ...tables,
    ],
  };
}

const TOKENS =
  /--[^\n]*|\/\*[\s\S]*?\*\/|'(?:''|[^'])*'|"(?:""|[^"])*"|[A-Za-z_]\w*|\d[\w.]*|<>|<=|>=|!=|\|\||::|\s+|./g;

/** The statement with its clauses on lines of their own, keywords in capitals. Comments and quoted texts stay as they are. */
export function formattedSql(text: string): string {
  const tokens = (text.match(TOKENS) ?? []).filter((one) => !/^\s+$/.test(one));
  let out = "";
  let depth = 0;
  /** Where each open parenthesis is one of a subquery. */
  const nested: boolean[] = [];
  let level = 0;
  const line = (by = 0) => {
    out = `${out.trimEnd()}${out === "" ? "" : "\n"}${"  ".repeat(level + by)}`;
  };
  let clause = "";
  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i] ?? "";
    const upper = token.toUpperCase();
    const two = `${upper} ${(tokens[i + 1] ?? "").toUpperCase()}`;
    const top = depth === nested.filter(Boolean).length;
    if (token.startsWith("--")) {
      out += `${token}\n${"  ".repeat(level)}`;
    } else if (top && (CLAUSES.includes(two) || CLAUSES.includes(upper))) {
      const both = CLAUSES.includes(two);
      clause = both ? two : upper;
      line();
      out += `${clause} `;
      if (both) i += 1;
    } else if (top && clause === "WHERE" && (upper === "AND" || upper === "OR") && !between(tokens, i)) {
      line(1);
      out += `${upper} `;
    } else if (token === "(") {
      const sub = /^(SELECT|WITH)$/i.test(tokens[i + 1] ?? "");
      nested.push(sub);
      depth += 1;
      if (/^[A-Za-z_]\w*$/.test(tokens[i - 1] ?? "") && !isKeyword(tokens[i - 1] ?? "")) out = out.trimEnd();
      out += "(";
      if (sub) level += 1;
    } else if (token === ")") {
      depth -= 1;
      out = out.trimEnd();
      if (nested.pop()) {
        level -= 1;
        line();
      }
      out += ") ";
    } else if (token === "," || token === ";") {
      out = `${out.trimEnd()}${token} `;
    } else if (token === "." || token === "::") {
      out = out.trimEnd() + token;
    } else {
      out += `${isKeyword(token) ? upper : token} `;
    }
  }
  return `${out.replace(/ +\n/g, "\n").trimEnd()}\n`;
}

/** Whether the AND at `i` is that of a BETWEEN. */
function between(tokens: readonly string[], i: number): boolean {
  for (let k = i - 1; k >= Math.max(0, i - 6); k--) {
    const word = tokens[k]?.toUpperCase();
    if (word === "BETWEEN") return true;
    if (word === "AND" || word === "OR") return false;
  }
  return false;
}

/** "at line 2, column 8" of a message, as a place of the text. */
export function placeInMessage(text: string, message: string): number | null {
  const found = /line (\d+),? column (\d+)/i.exec(message) ?? /LINE (\d+):/.exec(message);
  if (!found) return null;
  const lines = text.split("\n");
  const line = Math.min(lines.length, Math.max(1, Number(found[1])));
  const column = Math.max(1, Number(found[2] ?? 1));
  const before = lines.slice(0, line - 1).reduce((sum, one) => sum + one.length + 1, 0);
  return Math.min(text.length, before + column - 1);
}
