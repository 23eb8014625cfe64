// Customers as they are configured (GET, PUT /api/v1/customers), what is wrong with a draft of them, and the lines of the
// configuration that say the same. No drawing here.

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
export interface CustomersAnswer {
  /** Of the configuration: seen here, changed there. */
  configured: { customers: Customer[]; regions: Region[] };
  /** Of the file that Weir may write; null where the configuration names none. */
  file: { path: string; customers: Customer[]; regions: Region[] } | null;
}

/** A row of the editor: as typed. */
export interface Draft {
  name: string;
  region: string;
  prefixes: string;
  ases: string;
  /** Kept as it is: the editor does not change it. */
  interfaces: CustomerInterface[];
}

export function draftOf(customer: Customer): Draft {
  return {
    name: customer.name,
    region: customer.region,
    prefixes: customer.prefixes.join(" "),
    ases: customer.ases.join(" "),
    interfaces: customer.interfaces,
  };
}
export const EMPTY: Draft = { name: "", region: "", prefixes: "", ases: "", interfaces: [] };

export function wordsIn(text: string): string[] {
  return text.split(/[\s,;]+/).filter((word) => word !== "");
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
  return value >= 1 && value <= 4_294_967_295 ? value : null;
}

/** What is wrong with the draft, by row; a row without trouble is "". */
export function troubles(drafts: readonly Draft[], others: readonly Customer[] = []): string[] {
  const names = new Map<string, number>();
  const prefixes = new Map<string, string>();
  for (const customer of others) for (const prefix of customer.prefixes) prefixes.set(prefix, customer.name);
  for (const draft of drafts) names.set(draft.name.trim(), (names.get(draft.name.trim()) ?? 0) + 1);
  return drafts.map((draft) => {
    const name = draft.name.trim();
    if (name === "") return "It needs a name.";
    if ((names.get(name) ?? 0) > 1 || others.some((one) => one.name === name))
      return `There is another customer “${name}”.`;
    const networks = wordsIn(draft.prefixes);
    const wrong = networks.find((one) => !isNetwork(one));
    if (wrong !== undefined) return `“${wrong}” is no network; write 192.0.2.0/24 or 2001:db8::/32.`;
    const as = wordsIn(draft.ases).find((one) => asNumber(one) === null);
    if (as !== undefined) return `“${as}” is no AS number.`;
    for (const network of networks) {
      const owner = prefixes.get(network.toLowerCase());
      if (owner !== undefined) return `${network} belongs to “${owner}” already.`;
      prefixes.set(network.toLowerCase(), name);
    }
    if (networks.length + wordsIn(draft.ases).length + draft.interfaces.length === 0)
      return "It needs a prefix, an AS number or an interface, else nothing is its traffic.";
    return "";
  });
}

export function customerOf(draft: Draft): Customer {
  return {
    name: draft.name.trim(),
    region: draft.region.trim(),
    prefixes: wordsIn(draft.prefixes),
    ases: wordsIn(draft.ases).map((one) => asNumber(one) ?? 0),
    interfaces: draft.interfaces,
  };
}

/** A text as YAML has it without surprises: in double quotes, as JSON writes it. */
function quoted(text: string): string {
  return /^[A-Za-z][\w -]*[\w]$/.test(text) && !/^(true|false|yes|no|on|off|null)$/i.test(text)
    ? text
    : JSON.stringify(text);
}

/** The lines of the configuration that say the same. */
export function yamlOf(customers: readonly Customer[]): string {
  if (customers.length === 0) return "customers: []\n";
  let out = "customers:\n";
  for (const one of customers) {
    out += `  - name: ${quoted(one.name)}\n`;
    if (one.region) out += `    region: ${quoted(one.region)}\n`;
    if (one.prefixes.length > 0)
      out += `    prefixes: [${one.prefixes.map((prefix) => JSON.stringify(prefix)).join(", ")}]\n`;
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
  return out;
}
