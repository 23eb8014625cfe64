// Dashboards: what stands on one, and how it is changed. Saved by the server (GET, PUT, DELETE /api/v1/dashboards).

export type OptionValue = string | number | boolean | string[];
export interface Tile {
  kind: string;
  /** Of twelve columns. */
  width: number;
  options?: Record<string, OptionValue>;
}
export interface Board {
  /** Its place in the address; "" is the one that Weir brings. */
  id: string;
  name: string;
  tiles: Tile[];
  /** Of the saved one; 0: not saved yet. */
  revision: number;
}
export interface BoardsAnswer {
  dashboards: (Partial<Board> & { id: string; name: string })[];
  unreadable: string[];
}

export interface OptionSpec {
  name: string;
  title: string;
  type: "choice" | "text" | "number";
  choices?: [string, string][];
  usual: string | number;
  least?: number;
  most?: number;
  placeholder?: string;
}
export interface TileSpec {
  kind: string;
  name: string;
  about: string;
  width: number;
  options: OptionSpec[];
}

const RANGES: [string, string][] = [
  ["-15m", "last 15 minutes"],
  ["-1h", "last hour"],
  ["-6h", "last 6 hours"],
  ["-24h", "last 24 hours"],
  ["-7d", "last 7 days"],
];
const range = (usual: string): OptionSpec => ({
  name: "range",
  title: "Range",
  type: "choice",
  choices: RANGES,
  usual,
});
const filter: OptionSpec = {
  name: "filter",
  title: "Filter",
  type: "text",
  usual: "",
  placeholder: 'e.g. src_region = "MY"',
};
const count = (usual: number): OptionSpec => ({
  name: "top",
  title: "Rows",
  type: "number",
  usual,
  least: 1,
  most: 30,
});

/** What a list of most traffic may be by. */
export const TOP_BY: [string, string][] = [
  ["customer", "customers"],
  ["as_out", "to networks (AS)"],
  ["as_in", "from networks (AS)"],
  ["service", "applications"],
  ["country_out", "to countries"],
  ["country_in", "from countries"],
  ["neighbour", "neighbour AS"],
  ["router", "routers"],
  ["source", "source addresses"],
  ["destination", "destination addresses"],
];

/** THE table of tiles; to add one, add a row here and its component to TileBody.tsx. */
export const TILES: readonly TileSpec[] = [
  {
    kind: "numbers",
    name: "Figures of now",
    about: "flows a second, traffic, exporters, what is kept",
    width: 12,
    options: [],
  },
  {
    kind: "traffic",
    name: "Traffic in and out",
    about: "against the same time of the day before",
    width: 8,
    options: [range("-24h"), filter],
  },
  {
    kind: "reach",
    name: "Domestic and international",
    about: "by the country of the other end",
    width: 4,
    options: [
      range("-1h"),
      {
        name: "home",
        title: "Home countries",
        type: "text",
        usual: "",
        placeholder: "MY,SG; empty: each customer's region",
      },
    ],
  },
  { kind: "attacks", name: "Open attacks", about: "what detection sees now", width: 4, options: [] },
  {
    kind: "top",
    name: "Most traffic",
    about: "customers, networks, applications, countries, routers, addresses",
    width: 3,
    options: [
      { name: "by", title: "Of", type: "choice", choices: TOP_BY, usual: "customer" },
      count(7),
      range("-1h"),
      filter,
    ],
  },
  {
    kind: "busiest",
    name: "Busiest interfaces",
    about: "by share of their speed, else by rate",
    width: 6,
    options: [count(8)],
  },
  {
    kind: "exporters",
    name: "Exporters",
    about: "every router with its health and what to do",
    width: 12,
    options: [],
  },
  { kind: "flows", name: "Flows a second", about: "live, the last 10 minutes", width: 6, options: [] },
  { kind: "live", name: "Traffic, live", about: "the last 15 minutes in steps of 10 seconds", width: 6, options: [] },
  {
    kind: "talkers",
    name: "Top talkers, live",
    about: "addresses, networks and interfaces of the last minutes",
    width: 12,
    options: [],
  },
  {
    kind: "note",
    name: "Note",
    about: "your own words",
    width: 4,
    options: [{ name: "text", title: "Text", type: "text", usual: "" }],
  },
];

export function tileSpec(kind: string): TileSpec | undefined {
  return TILES.find((one) => one.kind === kind);
}

export function option(tile: Tile, name: string): string {
  const given = tile.options?.[name];
  const usual = tileSpec(tile.kind)?.options.find((one) => one.name === name)?.usual ?? "";
  return String(given ?? usual);
}

export function rows(tile: Tile): number {
  const spec = tileSpec(tile.kind)?.options.find((one) => one.name === "top");
  const given = Number(option(tile, "top"));
  return Number.isInteger(given) ? Math.min(spec?.most ?? 30, Math.max(1, given)) : Number(spec?.usual ?? 7);
}

/** What a tile is called: its own title, else what its options say. */
export function tileTitle(tile: Tile): string {
  const own = tile.options?.title;
  if (typeof own === "string" && own !== "") return own;
  if (tile.kind === "top") {
    const by = TOP_BY.find(([word]) => word === option(tile, "by"))?.[1] ?? option(tile, "by");
    return by.charAt(0).toUpperCase() + by.slice(1);
  }
  return tileSpec(tile.kind)?.name ?? `Unknown tile “${tile.kind}”`;
}

export function rangeText(from: string): string {
  return RANGES.find(([word]) => word === from)?.[1] ?? from;
}

/** The one that Weir brings. */
export const NOW: Board = {
  id: "",
  name: "The network now",
  revision: 0,
  tiles: [
    { kind: "numbers", width: 12 },
    { kind: "traffic", width: 8 },
    { kind: "reach", width: 4 },
    { kind: "top", width: 3, options: { by: "customer" } },
    { kind: "top", width: 3, options: { by: "as_out" } },
    { kind: "top", width: 3, options: { by: "service" } },
    { kind: "top", width: 3, options: { by: "country_out" } },
    { kind: "busiest", width: 8 },
    { kind: "attacks", width: 4 },
    { kind: "exporters", width: 12 },
    { kind: "flows", width: 6 },
    { kind: "live", width: 6 },
  ],
};

/** As the server sends it; what is not understood is left out rather than breaking the page. */
export function boardOf(given: Partial<Board> & { id: string; name: string }): Board {
  const tiles = Array.isArray(given.tiles) ? given.tiles : [];
  return {
    id: given.id,
    name: given.name,
    revision: typeof given.revision === "number" ? given.revision : 0,
    tiles: tiles
      .filter((tile) => typeof tile === "object" && tile !== null && typeof tile.kind === "string")
      .map((tile) => ({
        kind: tile.kind,
        width: Number.isInteger(tile.width) ? Math.min(12, Math.max(1, tile.width)) : 6,
        ...(tile.options && typeof tile.options === "object" ? { options: tile.options } : {}),
      })),
  };
}

/** Only what differs from the usual is kept. */
export function withOption(tile: Tile, name: string, value: string): Tile {
  const spec = tileSpec(tile.kind)?.options.find((one) => one.name === name);
  const next = { ...(tile.options ?? {}) };
  if (value === "" || value === String(spec?.usual ?? "")) delete next[name];
  else next[name] = spec?.type === "number" && /^\d+$/.test(value) ? Number(value) : value;
  return Object.keys(next).length > 0 ? { ...tile, options: next } : { kind: tile.kind, width: tile.width };
}

/** The tile from one place put before what stands at another. */
export function moved(tiles: readonly Tile[], from: number, to: number): Tile[] {
  const out = [...tiles];
  const [tile] = out.splice(from, 1);
  if (tile) out.splice(Math.min(out.length, Math.max(0, to)), 0, tile);
  return out;
}

export const WIDTHS = [3, 4, 6, 8, 12] as const;
/** The next width up or down. */
export function resized(tile: Tile, by: 1 | -1): Tile {
  const at = WIDTHS.findIndex((width) => width >= tile.width);
  const next = WIDTHS[Math.min(WIDTHS.length - 1, Math.max(0, (at < 0 ? WIDTHS.length - 1 : at) + by))] ?? 12;
  return { ...tile, width: next };
}

export function bodyOf(board: Board): Record<string, unknown> {
  return { name: board.name.trim(), tiles: board.tiles, revision: board.revision };
}
