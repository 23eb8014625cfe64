// Filters made by clicks: texts of the filter language (docs/reference/filter.md).

export type Cell = string | number | boolean | null;

/** A test for one value: `dst_as = 15169`, `exporter_name = "AIMS-PCCW"`, `src_country is unknown`. */
export function testFor(column: string, value: Cell): string {
  if (value === null || value === "") return `${column} is unknown`;
  if (typeof value === "number" || /^\d+$/.test(String(value))) return `${column} = ${value}`;
  return `${column} = ${quoted(String(value))}`;
}

function quoted(text: string): string {
  return /^[\w.:/-]+$/.test(text) ? text : `"${text.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`;
}

/** All of the tests. */
export function allOf(tests: readonly string[]): string {
  return tests.join(" and ");
}

/** The filter, narrowed to what passes the test, or to what does not. What the test says already is not said twice. */
export function narrowed(filter: string, test: string, exclude = false): string {
  const more = exclude ? `not ${/ and /.test(test) ? `(${test})` : test}` : test;
  const before = filter.trim();
  if (before === "") return more;
  if (before === more || before.endsWith(` and ${more}`) || before.startsWith(`${more} and `)) return before;
  return `${hasOr(before) ? `(${before})` : before} and ${more}`;
}

/** True where an `or` stands outside of parentheses and texts: "and" binds more tightly. A comment counts as one. */
export function hasOr(filter: string): boolean {
  let depth = 0;
  for (const [word] of filter.matchAll(/"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|\|\||[()[\]]|\w+|#/g)) {
    if (word === "#") return true;
    if (word === "(" || word === "[") depth++;
    else if (word === ")" || word === "]") depth--;
    else if (depth === 0 && (word === "||" || word.toLowerCase() === "or")) return true;
  }
  return false;
}

/** A place in octets of UTF-8, as problem documents count, as a place in the text. */
export function fromOctets(text: string, octets: number): number {
  let at = 0;
  let passed = 0;
  for (const character of text) {
    if (passed >= octets) break;
    const code = character.codePointAt(0) ?? 0;
    passed += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    at += character.length;
  }
  return at;
}
