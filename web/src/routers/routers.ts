// What to type on routers: the files of docs/routers/, which script/run prints in a terminal.
//
// Lines that start with "# " come first: the title ("NAME: PROTOCOL"), then notes. The rest is the configuration.

export interface Router {
  id: string;
  name: string;
  protocol: string;
  notes: string;
  configuration: string;
}

export function parseRouter(id: string, text: string): Router {
  const lines = text.split("\n");
  const firstOther = lines.findIndex((line) => !line.startsWith("# "));
  const head = lines.slice(0, firstOther).map((line) => line.slice(2));
  const [name = id, protocol = ""] = (head[0] ?? "").split(": ");
  return {
    id,
    name,
    protocol,
    notes: head.slice(1).join(" "),
    configuration: `${lines.slice(firstOther).join("\n").trim()}\n`,
  };
}

const files = import.meta.glob<string>("../../../docs/routers/*.txt", {
  query: "?raw",
  import: "default",
  eager: true,
});

export const routers: Router[] = Object.entries(files)
  .map(([path, text]) => parseRouter(path.replace(/^.*\/|\.txt$/g, ""), text))
  .sort((a, b) => a.name.localeCompare(b.name));

/** The configuration with this server's address and port in it. */
export function fillIn(configuration: string, address: string, port: number): string {
  const withPort = address.includes(":") ? `[${address}]` : address;
  return configuration
    .replaceAll("{{ADDRESS}}:{{PORT}}", `${withPort}:${port}`)
    .replaceAll("{{ADDRESS}}", address)
    .replaceAll("{{PORT}}", String(port));
}
