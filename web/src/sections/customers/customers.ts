// Customers and regions as the server tells them (GET, PUT /api/v1/customers), a draft of one as it is typed, what is wrong
// with it, and the lines of the configuration that say the same. No drawing here.

export interface CustomerInterface {
  exporter: string;
  index: number | null;
  name: string;
}
export interface Customer {
  name: string;
  region: string;
  prefixes: string[];
  ases: number[];
  interfaces: CustomerInterface[];
}
export interface Region {
  name: string;
  prefixes: string[];
}
export interface CustomerList {
  customers: Customer[];
  regions: Region[];
}
/** What is wrong at one place of the document that was sent. */
export interface Fault {
  /** RFC 6901, such as /customers/3/prefixes/1. */
  pointer: string;
  detail: string;
}
export interface CustomersAnswer {
  /** Of the configuration: seen here, changed there. */
  configured: CustomerList;
  /** Of the page: changed here. */
  saved: CustomerList & { revision: number; time: number | null };
  changed_by: "everybody" | "people" | "nobody";
  /** What of the page's is not in force, because the configuration says something else. */
  left_out: Fault[];
  /** Prefixes within another customer's: allowed, and worth a look. */
  overlaps: string[];
  /** Why what is saved cannot be read; null where it can. */
  problem: string | null;
}

/** One customer or region, of either origin, as the list shows it. */
export interface Entry {
  kind: "customer" | "region";
  name: string;
  region: string;
  prefixes: string[];
  ases: number[];
  interfaces: CustomerInterface[];
  /** Its place among what the page keeps; null: it stands in the configuration. */
  at: number | null;
  faults: Fault[];
}

export function entriesOf(answer: CustomersAnswer): Entry[] {
  const of = (list: CustomerList, saved: boolean): Entry[] => [
    ...list.customers.map((one, i) => ({
      ...one,
      kind: "customer" as const,
      at: saved ? i : null,
      faults: saved ? faultsAt(answer.left_out, "customers", i) : [],
    })),
    ...list.regions.map((one, i) => ({
      ...one,
      kind: "region" as const,
      region: "",
      ases: [],
      interfaces: [],
      at: saved ? i : null,
      faults: saved ? faultsAt(answer.left_out, "regions", i) : [],
    })),
  ];
  return [...of(answer.saved, true), ...of(answer.configured, false)];
}

export function faultsAt(faults: readonly Fault[], list: "customers" | "regions", at: number): Fault[] {
  const start = `/${list}/${at}`;
  return faults.filter((one) => one.pointer === start || one.pointer.startsWith(`${start}/`));
}

/** The field of a form that a fault belongs to; "" for none. */
export function fieldOf(fault: Fault): string {
  return fault.pointer.split("/")[3] ?? "";
}

/** As typed: a line for each network and interface. */
export interface Draft {
  name: string;
  region: string;
  prefixes: string;
  ases: string;
  interfaces: string;
}
export const EMPTY: Draft = { name: "", region: "", prefixes: "", ases: "", interfaces: "" };

export function draftOf(entry: Pick<Entry, "name" | "region" | "prefixes" | "ases" | "interfaces">): Draft {
  return {
    name: entry.name,
    region: entry.region,
    prefixes: entry.prefixes.join("\n"),
    ases: entry.ases.join(", "),
    interfaces: entry.interfaces.map(interfaceText).join("\n"),
  };
}

/** "#17@edge-1" by ifIndex, "cust-*@edge-*" by name, "#17 cust-a@edge-1" by both. */
export function interfaceText(one: CustomerInterface): string {
  const index = one.index === null ? "" : `#${one.index}`;
  const name = one.name === "*" && index !== "" ? "" : one.name;
  return `${[index, name].filter(Boolean).join(" ")}@${one.exporter}`;
}

/** Null where the text is no such interface. */
export function interfaceOf(text: string): CustomerInterface | null {
  const at = text.lastIndexOf("@");
  const what = (at < 0 ? text : text.slice(0, at)).trim();
  const exporter = at < 0 ? "*" : text.slice(at + 1).trim();
  if (exporter === "" || what === "") return null;
  if (!what.startsWith("#")) return { exporter, index: null, name: what };
  const found = /^#(\d{1,10})(?:\s+(.+))?$/.exec(what);
  const index = Number(found?.[1] ?? Number.NaN);
  return index <= 4_294_967_295 ? { exporter, index, name: found?.[2] ?? "*" } : null;
}

export function wordsIn(text: string): string[] {
  return text.split(/[\s,;]+/).filter((word) => word !== "");
}
export function linesIn(text: string): string[] {
  return text
    .split(/[\n,;]+/)
    .map((line) => line.trim())
    .filter((line) => line !== "");
}

/** True for 192.0.2.0/24, 2001:db8::/32 and single addresses. Whether host bits are set is left to the server. */
export function isNetwork(text: string): boolean {
  const [address = "", length, more] = text.split("/");
  if (more !== undefined || (length !== undefined && !/^\d{1,3}$/.test(length))) return false;
  if (/^\d{1,3}(\.\d{1,3}){3}$/.test(address))
    return address.split(".").every((octet) => Number(octet) <= 255) && Number(length ?? 32) <= 32;
  if (!/^[0-9a-f:.]{2,45}$/i.test(address) || !address.includes(":") || Number(length ?? 128) > 128) return false;
  const halves = address.split("::");
  if (halves.length > 2) return false;
  const groups = halves.flatMap((half) => (half === "" ? [] : half.split(":")));
  const fine = groups.every((group) => /^[0-9a-f]{1,4}$/i.test(group));
  return fine && (halves.length === 2 ? groups.length < 8 : groups.length === 8);
}

export function asNumber(text: string): number | null {
  const found = /^(?:AS)?(\d{1,10})$/i.exec(text);
  const value = found ? Number(found[1]) : 0;
  return value >= 1 && value < 4_294_967_295 ? value : null;
}

export type Troubles = Partial<Record<keyof Draft | "", string>>;

/** What is wrong with the draft, by field; "" for what belongs to none. The server has the last word. */
export function troublesOf(draft: Draft, kind: Entry["kind"], others: readonly Entry[]): Troubles {
  const out: Troubles = {};
  const name = draft.name.trim();
  const same = others.filter((one) => one.kind === kind);
  if (name === "") out.name = "It needs a name.";
  else if (same.some((one) => one.name === name && (kind === "customer" || one.at !== null)))
    out.name = `There is another ${kind} “${name}”.`;
  const networks = wordsIn(draft.prefixes);
  const wrong = networks.find((one) => !isNetwork(one));
  const taken = networks
    .map((network) => ({ network, owner: same.find((one) => one.prefixes.includes(network.toLowerCase())) }))
    .find(({ owner }) => owner !== undefined);
  if (wrong !== undefined) out.prefixes = `“${wrong}” is no network; write 192.0.2.0/24 or 2001:db8::/32.`;
  else if (taken?.owner) out.prefixes = `${taken.network} belongs to “${taken.owner.name}” already.`;
  else if (kind === "region" && networks.length === 0) out.prefixes = "It needs a prefix.";
  if (kind === "region") return out;
  const as = wordsIn(draft.ases).find((one) => asNumber(one) === null);
  if (as !== undefined) out.ases = `“${as}” is no AS number.`;
  const odd = linesIn(draft.interfaces).find((one) => interfaceOf(one) === null);
  if (odd !== undefined) out.interfaces = `“${odd}” is no interface; write #17@edge-1 or cust-*@edge-*.`;
  if (networks.length + wordsIn(draft.ases).length + linesIn(draft.interfaces).length === 0)
    out[""] = "It needs a prefix, an AS number or an interface, else nothing is its traffic.";
  return out;
}

export function customerOf(draft: Draft): Customer {
  return {
    name: draft.name.trim(),
    region: draft.region.trim(),
    prefixes: wordsIn(draft.prefixes),
    ases: wordsIn(draft.ases).map((one) => asNumber(one) ?? 0),
    interfaces: linesIn(draft.interfaces).flatMap((one) => interfaceOf(one) ?? []),
  };
}

/** The list with one entry put in place of number `at` (null: behind all), or taken away. */
export function changed<T>(list: readonly T[], at: number | null, one: T | null): T[] {
  if (at === null) return one === null ? [...list] : [...list, one];
  return list.flatMap((old, i) => (i !== at ? [old] : one === null ? [] : [one]));
}

/** A text as YAML has it without surprises: in double quotes, as JSON writes it. */
export function quoted(text: string): string {
  return /^[A-Za-z][\w -]*[\w]$/.test(text) && !/^(true|false|yes|no|on|off|null)$/i.test(text)
    ? text
    : JSON.stringify(text);
}

/** The lines of the configuration that say the same. */
export function yamlOf(list: CustomerList): string {
  let out = "";
  const prefixes = (all: readonly string[]) => `[${all.map((one) => JSON.stringify(one)).join(", ")}]`;
  if (list.customers.length > 0) out += "customers:\n";
  for (const one of list.customers) {
    out += `  - name: ${quoted(one.name)}\n`;
    if (one.region) out += `    region: ${quoted(one.region)}\n`;
    if (one.prefixes.length > 0) out += `    prefixes: ${prefixes(one.prefixes)}\n`;
    if (one.ases.length > 0) out += `    ases: [${one.ases.join(", ")}]\n`;
    if (one.interfaces.length > 0) {
      out += "    interfaces:\n";
      for (const at of one.interfaces) {
        const parts = [`exporter: ${JSON.stringify(at.exporter)}`];
        if (at.index !== null) parts.push(`index: ${at.index}`);
        if (at.name !== "*") parts.push(`name: ${JSON.stringify(at.name)}`);
        out += `      - {${parts.join(", ")}}\n`;
      }
    }
  }
  if (list.regions.length > 0) out += "regions:\n";
  for (const one of list.regions) out += `  - {name: ${quoted(one.name)}, prefixes: ${prefixes(one.prefixes)}}\n`;
  return out;
}
