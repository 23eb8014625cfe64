// What could be typed next in the console's requests. Pure: text and cursor in, candidates out.
import { requestAt, requestsOf } from "./requests";

export interface Field {
  name: string;
  alias: string | null;
  meaning: string;
}

export interface Candidate {
  text: string;
  about: string;
  /** A key of an object: what follows it, with | where the cursor goes. */
  after?: string;
}

export interface Found {
  /** What is replaced. */
  from: number;
  to: number;
  candidates: Candidate[];
}

const PATHS: [string, string][] = [
  ["_search", "documents and aggregations"],
  ["_count", "how many documents"],
  ["_msearch", "several searches"],
  ["stat-*/_search", "the same, with the index"],
  ["_validate/query?explain", "whether a query is right"],
  ["_mapping", "fields and their types"],
  ["_field_caps?fields=*", "what fields can do"],
  ["_cat/indices?v", "the days that there are"],
  ["_cat/count?v", "documents in all"],
  ["_cat/health?v", ""],
  ["_cluster/health", ""],
];
const TOP: Candidate[] = [
  { text: "query", about: "which documents", after: ": {|}" },
  { text: "aggs", about: "aggregations", after: ": {|}" },
  { text: "size", about: "how many documents", after: ": |" },
  { text: "from", about: "documents to pass over", after: ": |" },
  { text: "sort", about: "their order", after: ": [|]" },
  { text: "_source", about: "which fields are told", after: ": [|]" },
  { text: "fields", about: "fields beside _source", after: ": [|]" },
  { text: "track_total_hits", about: "", after: ": true|" },
  { text: "search_after", about: "the place of the page before", after: ": [|]" },
  { text: "timeout", about: "", after: ': "|"' },
];
const QUERIES = [
  ["bool", "queries together"],
  ["term", "a value"],
  ["terms", "one of several values"],
  ["range", "between values"],
  ["exists", "the field is known"],
  ["match", "a value"],
  ["prefix", "begins with"],
  ["wildcard", "* and ?"],
  ["regexp", "a regular expression"],
  ["query_string", "Lucene's syntax"],
  ["match_all", "all"],
  ["ids", "by _id"],
  ["constant_score", ""],
];
const AGGS = [
  ["terms", "by value"],
  ["date_histogram", "by time"],
  ["histogram", "by steps"],
  ["range", ""],
  ["date_range", ""],
  ["ip_range", "by network"],
  ["filter", ""],
  ["filters", ""],
  ["missing", ""],
  ["composite", "all combinations, by page"],
  ["top_hits", "documents of a bucket"],
  ["sum", ""],
  ["avg", ""],
  ["min", ""],
  ["max", ""],
  ["stats", ""],
  ["extended_stats", ""],
  ["value_count", ""],
  ["cardinality", "different values"],
  ["percentiles", ""],
  ["derivative", ""],
  ["cumulative_sum", ""],
  ["moving_fn", ""],
  ["bucket_script", ""],
  ["bucket_selector", ""],
  ["bucket_sort", ""],
];
const INSIDE: Record<string, string[]> = {
  bool: ["must", "filter", "should", "must_not", "minimum_should_match"],
  range: ["gte", "gt", "lte", "lt", "format", "time_zone"],
  term: ["value"],
  wildcard: ["value"],
  prefix: ["value"],
  regexp: ["value"],
  query_string: ["query", "default_field", "default_operator"],
  terms: ["field", "size", "order", "missing", "min_doc_count", "include", "exclude"],
  date_histogram: ["field", "fixed_interval", "calendar_interval", "time_zone", "format", "min_doc_count", "offset"],
  histogram: ["field", "interval", "min_doc_count"],
};
const BY_FIELD = ["term", "terms", "range", "match", "prefix", "wildcard", "regexp", "match_phrase"];
const TAKES_FIELD = /^(field|default_field)$/;

/** Where in a JSON text the cursor is: the keys on the way, whether it stands at a key or a value, and what is typed of it. */
export interface Place {
  path: string[];
  at: "key" | "value";
  /** The key of which it is the value; "" in a list of none. */
  key: string;
  typed: string;
  from: number;
  quoted: boolean;
}

export function placeOf(json: string, cursor: number): Place {
  const path: string[] = [];
  const kinds: string[] = [];
  let key = "";
  let expectsKey = false;
  let from = cursor;
  let quoted = false;
  let i = 0;
  while (i < cursor) {
    const here = json[i] ?? "";
    if (here === '"') {
      let end = i + 1;
      while (end < json.length && json[end] !== '"' && json[end] !== "\n") end += json[end] === "\\" ? 2 : 1;
      if (end >= cursor) {
        from = i + 1;
        quoted = true;
        break;
      }
      if (expectsKey) key = json.slice(i + 1, end);
      i = end + 1;
    } else if (here === "{" || here === "[") {
      path.push(key);
      kinds.push(here);
      expectsKey = here === "{";
      if (here === "{") key = "";
      i += 1;
    } else if (here === "}" || here === "]") {
      kinds.pop();
      key = path.pop() ?? "";
      expectsKey = false;
      i += 1;
    } else if (here === ":") {
      expectsKey = false;
      i += 1;
    } else if (here === ",") {
      expectsKey = kinds.at(-1) === "{";
      if (expectsKey) key = "";
      i += 1;
    } else {
      i += 1;
    }
  }
  if (!quoted) {
    const word = /[\w.@*-]*$/.exec(json.slice(0, cursor));
    from = cursor - (word?.[0].length ?? 0);
  }
  return {
    path: path.filter((one) => one !== ""),
    at: expectsKey ? "key" : "value",
    key,
    typed: json.slice(from, cursor),
    from,
    quoted,
  };
}

export function completions(text: string, cursor: number, fields: readonly Field[]): Found | null {
  const lineFrom = text.lastIndexOf("\n", cursor - 1) + 1;
  const line = text.slice(lineFrom, cursor);
  const first = /^\s*(GET|POST|HEAD|DELETE|PUT)\s+(\S*)$/i.exec(line);
  if (first) {
    return narrowed(
      cursor - (first[2] ?? "").length,
      cursor,
      PATHS.map(([path, about]) => ({ text: path, about })),
    );
  }
  const request = requestAt(requestsOf(text), cursor);
  if (!request || cursor < request.bodyFrom) {
    const word = /^\s*([A-Za-z]*)$/.exec(line);
    if (!word) return null;
    return narrowed(cursor - (word[1] ?? "").length, cursor, [
      { text: "GET ", about: "asks" },
      { text: "POST ", about: "asks, with a body" },
    ]);
  }
  const place = placeOf(text.slice(request.bodyFrom), cursor - request.bodyFrom);
  const from = request.bodyFrom + place.from;
  const candidates = candidatesAt(place, fields);
  return candidates.length === 0 ? null : narrowed(from, cursor, candidates);
}

function keys(names: readonly (readonly string[])[]): Candidate[] {
  return names.map(([text = "", about = ""]) => ({ text, about, after: ": {|}" }));
}

function fieldNames(fields: readonly Field[], after?: string): Candidate[] {
  const out: Candidate[] = [];
  for (const field of fields) {
    if (field.alias)
      out.push({ text: field.alias, about: `${field.name}: ${field.meaning}`, ...(after ? { after } : {}) });
    out.push({ text: field.name, about: field.meaning, ...(after ? { after } : {}) });
  }
  return out;
}

const isAggs = (name: string | undefined) => name === "aggs" || name === "aggregations";

function candidatesAt(place: Place, fields: readonly Field[]): Candidate[] {
  const { path, at, key } = place;
  const parent = path.at(-1);
  const above = path.at(-2);
  if (at === "value") {
    if (TAKES_FIELD.test(key) || parent === "_source" || parent === "fields" || key === "_source" || key === "fields")
      return fieldNames(fields);
    if (key === "fixed_interval") return ["1m", "5m", "1h", "1d"].map((text) => ({ text, about: "" }));
    if (key === "order" || parent === "sort") return ["asc", "desc"].map((text) => ({ text, about: "" }));
    return [];
  }
  if (parent === undefined) return TOP;
  if (isAggs(parent)) return [];
  if (isAggs(above)) return [...keys(AGGS), { text: "aggs", about: "within each bucket", after: ": {|}" }];
  const ofAggs = isAggs(path.at(-3));
  if (!ofAggs && BY_FIELD.includes(parent)) return fieldNames(fields, parent === "range" ? ": {|}" : ": |");
  const inner = INSIDE[ofAggs ? parent : BY_FIELD.includes(above ?? "") ? (above ?? "") : parent];
  if (inner)
    return inner.map((text) => ({
      text,
      about: "",
      after: /^(must|filter|should|must_not)$/.test(text) ? ": [|]" : ": |",
    }));
  if (parent === "sort") return fieldNames(fields, ': "|"');
  return /^(query|must|filter|should|must_not)$/.test(parent) ? keys(QUERIES) : [];
}

function narrowed(from: number, to: number, candidates: Candidate[]): Found {
  return { from, to, candidates };
}
