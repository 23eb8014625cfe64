// The text of the console's left side: requests as Kibana's Dev Tools writes them, "GET _search" and a body in JSON below it.
// No drawing here.

export interface ConsoleRequest {
  method: string;
  /** As typed, without a leading slash. */
  path: string;
  body: string;
  /** Where the request begins, where its body begins, and where it ends, in code units of the text. */
  from: number;
  bodyFrom: number;
  to: number;
}

const METHODS = ["GET", "POST", "PUT", "DELETE", "HEAD"];
const FIRST = new RegExp(`^\\s*(${METHODS.join("|")})\\s+(\\S+)\\s*$`, "i");

/** All requests of the text; what stands before the first and comments (# and //) between requests belong to none. */
export function requestsOf(text: string): ConsoleRequest[] {
  const out: ConsoleRequest[] = [];
  let at = 0;
  for (const line of text.split("\n")) {
    const found = FIRST.exec(line);
    const end = at + line.length;
    const last = out.at(-1);
    if (found) {
      out.push({
        method: (found[1] ?? "GET").toUpperCase(),
        path: (found[2] ?? "").replace(/^\/+/, ""),
        body: "",
        from: at,
        bodyFrom: Math.min(end + 1, text.length),
        to: end,
      });
    } else if (last && line.trim() !== "" && !isComment(line)) {
      last.to = end;
    }
    at = end + 1;
  }
  return out.map((one) => ({ ...one, body: one.bodyFrom <= one.to ? blanked(text.slice(one.bodyFrom, one.to)) : "" }));
}

function isComment(line: string): boolean {
  return /^\s*(#|\/\/)/.test(line);
}

/** Lines that are comments become blanks of the same length, so that places stay. */
function blanked(body: string): string {
  return body
    .split("\n")
    .map((line) => (isComment(line) ? " ".repeat(line.length) : line))
    .join("\n");
}

/** The request that the cursor is in, or the last one before it; null where there is none. */
export function requestAt(requests: readonly ConsoleRequest[], at: number): ConsoleRequest | null {
  let found: ConsoleRequest | null = requests[0] ?? null;
  for (const one of requests) if (one.from <= at) found = one;
  return found;
}

/** Why it cannot be sent; null where it can. */
export function refusal(request: ConsoleRequest): string | null {
  let path = request.path;
  try {
    path = decodeURIComponent(path.split("?")[0] ?? "");
  } catch {
    return "The path holds a % that is followed by no two digits.";
  }
  if (path.split("/").some((part) => part === ".." || part === ".")) return 'A path has no "." or ".." in it.';
  return null;
}

/** What the browser sends: a GET has no body there, and Elasticsearch takes the same as a POST. */
export function wire(request: ConsoleRequest): { method: string; path: string } {
  const method = request.method === "GET" && request.body.trim() !== "" ? "POST" : request.method;
  return { method, path: `/es/${request.path}` };
}

/** NDJSON bodies (_msearch, _bulk) are several documents; they end with a line break. */
export function isLines(path: string): boolean {
  return /(^|\/)_(msearch|bulk)(\?|$)/.test(path);
}

export interface JsonFault {
  /** In code units of the body. */
  at: number;
  message: string;
}

/** The first place where the text is no JSON, with what was expected there; null where it is JSON. */
export function jsonFault(text: string): JsonFault | null {
  let at = 0;
  const blank = () => {
    while (/\s/.test(text[at] ?? "")) at += 1;
  };
  const fail = (message: string): JsonFault => ({ at: Math.min(at, text.length), message });
  const string = (): JsonFault | null => {
    const begin = at;
    at += 1;
    while (at < text.length && text[at] !== '"' && text[at] !== "\n") at += text[at] === "\\" ? 2 : 1;
    if (text[at] !== '"') {
      at = begin;
      return fail('This text has no closing ".');
    }
    at += 1;
    return null;
  };
  const value = (depth: number): JsonFault | null => {
    blank();
    const here = text[at];
    if (depth > 200) return fail("Nested deeper than 200.");
    if (here === "{") return members("}", true, depth);
    if (here === "[") return members("]", false, depth);
    if (here === '"') return string();
    const word = /^(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)(?![\w.])/.exec(
      text.slice(at, at + 400),
    );
    if (!word)
      return fail(here === undefined ? "A value is missing: the text ends here." : "A value is expected here.");
    at += word[0].length;
    return null;
  };
  const members = (close: string, named: boolean, depth: number): JsonFault | null => {
    at += 1;
    blank();
    if (text[at] === close) {
      at += 1;
      return null;
    }
    for (;;) {
      blank();
      if (named) {
        if (text[at] !== '"') return fail('A name in " is expected here.');
        const fault = string();
        if (fault) return fault;
        blank();
        if (text[at] !== ":") return fail("A : is expected here.");
        at += 1;
      }
      const fault = value(depth + 1);
      if (fault) return fault;
      blank();
      if (text[at] === close) {
        at += 1;
        return null;
      }
      if (text[at] !== ",") return fail(`A , or ${close} is expected here.`);
      at += 1;
    }
  };
  const fault = value(0);
  if (fault) return fault;
  blank();
  return at < text.length ? fail("Nothing more is expected here.") : null;
}

/** Where the bodies of the text are wrong, in places of the whole text. */
export function faultsOf(text: string): { from: number; to: number; message: string }[] {
  const out = [];
  for (const request of requestsOf(text)) {
    if (request.body.trim() === "" || isLines(request.path)) continue;
    const fault = jsonFault(request.body);
    if (!fault) continue;
    const from = request.bodyFrom + fault.at;
    out.push({ from, to: Math.min(from + 1, text.length), message: fault.message });
  }
  return out;
}

/** Every body that is JSON in two-space steps; the rest stays as it was typed. */
export function formatted(text: string): string {
  let out = text;
  for (const request of requestsOf(text).reverse()) {
    if (request.body.trim() === "" || isLines(request.path) || jsonFault(request.body)) continue;
    // Comments would be lost.
    if (text.slice(request.bodyFrom, request.to).split("\n").some(isComment)) continue;
    const body = pretty(request.body);
    out = out.slice(0, request.bodyFrom) + body + out.slice(request.to);
  }
  return out;
}

/** JSON in two-space steps, digit for digit: numbers and texts stay as they are written. */
export function pretty(json: string): string {
  let out = "";
  let depth = 0;
  const line = () => `\n${"  ".repeat(depth)}`;
  const tokens = json.match(/"(?:\\.|[^"\\])*"|[{}[\],:]|[^\s{}[\],:"]+/g) ?? [];
  for (const [i, token] of tokens.entries()) {
    const next = tokens[i + 1];
    if (token === "{" || token === "[") {
      if (next === "}" || next === "]") {
        out += token;
        continue;
      }
      depth += 1;
      out += token + line();
    } else if (token === "}" || token === "]") {
      const before = tokens[i - 1];
      if (before === "{" || before === "[") {
        out += token;
        continue;
      }
      depth -= 1;
      out += line() + token;
    } else if (token === ",") {
      out += token + line();
    } else if (token === ":") {
      out += ": ";
    } else {
      out += token;
    }
  }
  return out;
}

/** The same request for a shell. */
export function curlOf(request: ConsoleRequest, origin: string): string {
  const word = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;
  const to = word(`${origin}/es/${request.path}`);
  const method = request.method === "GET" ? "" : ` -X ${request.method}`;
  const body = request.body.trim();
  if (body === "") return `curl${method} ${to}`;
  const type = isLines(request.path) ? "application/x-ndjson" : "application/json";
  const get = request.method === "GET" ? " -X GET" : method;
  return `curl${get} -H 'Content-Type: ${type}' ${to} --data-binary ${word(body)}`;
}
