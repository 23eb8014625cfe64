// The same question for the Elasticsearch-compatible API. Of filters it knows tests of columns joined by "and"; others it refuses
// rather than say something else.

type Json = Record<string, unknown>;

/** The clauses of a filter, or null where this page has no such form of it. */
export function clausesOf(filter: string): { must: Json[]; mustNot: Json[] } | null {
  const must: Json[] = [];
  const mustNot: Json[] = [];
  let rest = filter.trim();
  while (rest !== "") {
    const found =
      /^(not\s+)?([a-z_][a-z0-9_]*)\s*(=|==|!=|<=|>=|<|>|\bis\s+(?:not\s+)?unknown\b|\bis\s+(?:not\s+)?known\b)\s*("(?:\\.|[^"\\])*"|[\w.:/-]+)?\s*(?:and\s+|&&\s*|$)/i.exec(
        rest,
      );
    if (!found) return null;
    const [all, not, column = "", operator = "", written] = found;
    rest = rest.slice(all.length);
    const known = /^is/i.test(operator);
    if (known === (written !== undefined)) return null;
    const clause = known ? { exists: { field: column } } : clauseOf(column, operator, written ?? "");
    const negative = known ? /\bunknown$/i.test(operator) !== /\bnot\b/i.test(operator) : operator === "!=";
    (negative !== Boolean(not) ? mustNot : must).push(clause);
  }
  return { must, mustNot };
}

function clauseOf(column: string, operator: string, written: string): Json {
  const text = written.startsWith('"') ? written.slice(1, -1).replace(/\\(["\\])/g, "$1") : written;
  const value = /^\d+$/.test(text) && !written.startsWith('"') ? Number(text) : text;
  const bound = { "<": "lt", "<=": "lte", ">": "gt", ">=": "gte" }[operator];
  return bound ? { range: { [column]: { [bound]: value } } } : { term: { [column]: { value } } };
}

/** The body of `_search`; null where the filter has no such form. */
export function elasticQuery(
  asked: { by: readonly string[]; filter: string; top: number },
  fromMs: number,
  toMs: number,
  stepMs: number,
): Json | null {
  const clauses = clausesOf(asked.filter);
  if (!clauses) return null;
  const sums = { bytes: { sum: { field: "bytes" } }, packets: { sum: { field: "packets" } } };
  const time = { range: { time: { gte: fromMs, lt: toMs, format: "epoch_millis" } } };
  const steps = {
    time: {
      date_histogram: { field: "time", fixed_interval: `${Math.max(1, Math.round(stepMs / 1000))}s` },
      aggs: sums,
    },
  };
  let aggs: Json = { ...sums, ...steps };
  for (const column of [...asked.by].reverse()) {
    aggs = {
      [column]: { terms: { field: column, size: asked.top, order: { bytes: "desc" } }, aggs: { ...sums, ...aggs } },
    };
  }
  const bool: Json = { filter: [time, ...clauses.must] };
  if (clauses.mustNot.length > 0) bool.must_not = clauses.mustNot;
  return { size: 0, query: { bool }, aggs };
}
