// Where traffic goes: countries, and domestic against international. The country of the address counts; where that is unknown,
// the one in which its AS is registered, as in the report on customers.
import { countryName, type FullAnswer, filterText, type NamedRow } from "../../api/answer";

export function countryOf(answer: FullAnswer, country: unknown, as: unknown): string | null {
  if (typeof country === "string" && country !== "") return country;
  const named = typeof as === "number" ? answer.as_names?.[String(as)]?.country : undefined;
  return named ? named : null;
}

/** Rows by country of an answer by `SIDE_country,SIDE_as`. */
export function countryRows(answer: FullAnswer, side: "src" | "dst", most: number): NamedRow[] {
  const sums = new Map<string, { bytes: number; ases: number[] }>();
  let whole = answer.total.bytes;
  for (const row of answer.rows) {
    const as = row[`${side}_as`];
    const country = countryOf(answer, row[`${side}_country`], as) ?? "";
    const at = sums.get(country) ?? { bytes: 0, ases: [] };
    at.bytes += row.bytes;
    if (typeof as === "number" && at.ases.length < 200) at.ases.push(as);
    sums.set(country, at);
  }
  if (whole <= 0) whole = 1;
  const seconds = Math.max(1, (answer.to - answer.from) / 1000);
  return [...sums]
    .sort((a, b) => b[1].bytes - a[1].bytes)
    .slice(0, most)
    .map(([code, { bytes, ases }]) => ({
      key: `country:${code}`,
      name: code === "" ? "unknown" : countryName(code),
      ...(code === "" ? {} : { more: code }),
      bits: (bytes * 8) / seconds,
      share: bytes / whole,
      filter:
        code === ""
          ? null
          : ases.length > 0
            ? `(${side}_country = ${filterText(code)} or (${side}_country is unknown and ${side}_as in [${ases.join(" ")}]))`
            : `${side}_country = ${filterText(code)}`,
    }));
}

export interface Reach {
  domestic: number;
  international: number;
  unknown: number;
}

/** Bytes by where they reach, of an answer by `OWN_region,OTHER_country,OTHER_as`. `home`: ISO codes; empty: the region's. */
export function reachOf(answer: FullAnswer, way: "in" | "out", home: readonly string[]): Reach {
  const [own, other] = way === "in" ? ["dst", "src"] : ["src", "dst"];
  const out: Reach = { domestic: 0, international: 0, unknown: answer.other?.bytes ?? 0 };
  for (const row of answer.rows) {
    const region = row[`${own}_region`];
    const homes = home.length > 0 ? home : typeof region === "string" && region.length === 2 ? [region] : [];
    const country = countryOf(answer, row[`${other}_country`], row[`${other}_as`]);
    if (country === null || homes.length === 0) out.unknown += row.bytes;
    else if (homes.includes(country)) out.domestic += row.bytes;
    else out.international += row.bytes;
  }
  return out;
}

export function homesIn(text: string): string[] {
  return text
    .toUpperCase()
    .split(/[\s,]+/)
    .filter((one) => /^[A-Z]{2}$/.test(one));
}
