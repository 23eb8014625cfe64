import { QueryClientProvider } from "@tanstack/react-query";
import { renderToStaticMarkup } from "react-dom/server";
import { expect, test } from "vitest";
import { type Live, NOTHING_YET } from "../../api/live";
import type { Exporter, ExportersEvent, Finding, Status } from "../../api/types";
import { makeQueryClient } from "../../api/useApi";
import { trafficNow } from "../../parts/BigNumbers";
import { segments } from "../../parts/Graph";
import { likelyAddress } from "../../parts/RouterHelp";
import { topRowName } from "../../text/names";
import type { Tile } from "./boards";
import { FirstPage } from "./FirstPage";
import { TileBody } from "./TileBody";

const NOW = 1_795_000_000_000;

const status: Status = {
  version: "0.1.0",
  started: NOW,
  listen: { udp: ["0.0.0.0:2055"], udp_ports: [2055, 4739], addresses: ["192.0.2.10"] },
};

const silent: Finding = {
  severity: "trouble",
  counter: null,
  count: 0,
  recent: 0,
  what: "nothing received for 12 min",
  advice: "look with `tcpdump udp`",
};

const exporter = (more: Partial<Exporter>): Exporter => ({
  address: "210.5.40.21",
  name: "AIMS-PCCW",
  protocols: ["netflow9"],
  received: 1,
  decoded: 12345,
  sampled: 1,
  named: 1,
  routed: 1,
  stored: 1,
  last_seen: NOW - 4000,
  health: "good",
  findings: [],
  flows_per_s: 7,
  ...more,
});

const heard = (exporters: Exporter[]): ExportersEvent => ({
  time: NOW,
  health: "good",
  server: [],
  exporters,
  exporter_count: exporters.length,
  oldest: exporters.length > 0 ? NOW - 86_400_000 : null,
  flows_held: exporters.length > 0 ? 55_000_000 : 0,
});

const LIVE_TILES: Tile[] = ["numbers", "exporters", "flows", "live", "talkers"].map((kind) => ({ kind, width: 12 }));

const page = (given: Partial<Live>) => {
  const live = { ...NOTHING_YET, connected: true, ...given };
  return renderToStaticMarkup(
    <QueryClientProvider client={makeQueryClient()}>
      <FirstPage live={live} status={status}>
        {LIVE_TILES.map((tile) => (
          <TileBody key={tile.kind} tile={tile} live={live} />
        ))}
      </FirstPage>
    </QueryClientProvider>,
  );
};

test("before the first event nothing is made up", () => {
  const html = page({ connected: false });
  expect(html).not.toContain("NaN");
  expect(html).not.toContain("undefined");
});

test("without any exporter the page says what to type, with this server's address in it", () => {
  const html = page({ exporters: heard([]) });
  expect(html).toContain("Now point a router at it");
  expect(html).toContain("destination 192.0.2.10");
  expect(html).toContain("transport udp 2055");
  expect(html).not.toContain("Top talkers");
});

test("an exporter is shown with name, protocol, figures and health", () => {
  const html = page({ exporters: heard([exporter({})]) });
  for (const text of ["AIMS-PCCW", "210.5.40.21", "NetFlow v9", "12,345", "4 s ago", "good"])
    expect(html).toContain(text);
  expect(html).not.toContain("Now point a router at it");
});

test("what is not known is said to be unknown", () => {
  const html = page({ exporters: heard([exporter({ name: null, protocols: [], last_seen: null })]) });
  expect(html).toContain("no name configured");
  expect(html).toContain("unknown");
  expect(html).toContain("never");
});

test("the doctor's finding stands at its exporter, commands set apart", () => {
  const html = page({ exporters: heard([exporter({ health: "silent", findings: [silent] })]) });
  expect(html).toContain("Nothing received for 12 min.");
  expect(html).toMatch(/<code[^>]*>tcpdump udp<\/code>/);
});

test("names from the network are text, never markup", () => {
  const html = page({ exporters: heard([exporter({ name: "<img src=x onerror=alert(1)>" })]) });
  expect(html).not.toContain("<img src=x");
  expect(html).toContain("&lt;img src=x");
});

test("top talkers have units and shares, and unknown keys are named so", () => {
  const rows = [
    { key: ["103.64.13.104"], bits_per_s: 1.5e9, packets_per_s: 1, share: 0.5 },
    { key: [null], bits_per_s: 1e6, packets_per_s: 1, share: 0.001 },
  ];
  const html = page({
    exporters: heard([exporter({})]),
    top: { from: NOW - 300_000, to: NOW, lists: [{ name: "sources", by: ["src_addr"], rows }] },
  });
  for (const text of ["103.64.13.104", "1.5 Gbit/s", "50 %", "unknown", "&lt;1 %"]) expect(html).toContain(text);
});

test("an error of the store is said aloud", () => {
  const html = page({
    exporters: heard([exporter({})]),
    top: { from: 0, to: 0, lists: [], error: "the disk does not answer" },
  });
  expect(html).toMatch(/role="alert"[^>]*>The store could not answer: the disk does not answer/);
});

test("while the connection is lost, what was known stays", () => {
  const html = page({ connected: false, exporters: heard([exporter({})]) });
  expect(html).toContain("AIMS-PCCW");
});

test("rows of interfaces name the router, by number where the name is not known", () => {
  expect(topRowName("in_interfaces", ["210.5.40.21", "AIMS-PCCW", 47, "transit"])).toEqual({
    main: "transit",
    more: "AIMS-PCCW",
  });
  expect(topRowName("in_interfaces", ["210.5.40.21", null, 47, null])).toEqual({
    main: "interface 47",
    more: "210.5.40.21",
  });
  expect(topRowName("out_interfaces", ["210.5.40.21", null, null, null])).toEqual({ main: null, more: "210.5.40.21" });
  expect(topRowName("destination_as", [4134])).toEqual({ main: "AS 4134" });
  expect(topRowName("destination_as", [0])).toEqual({ main: "AS 0", more: "own network or no route" });
  expect(topRowName("destination_as", [null])).toEqual({ main: null });
});

test("the traffic of now leaves out the minute that still comes in", () => {
  const points = Array.from({ length: 30 }, (_, i) => ({
    time: NOW - 300_000 + i * 10_000,
    bits_per_s: i < 24 ? 800 : 10,
    packets_per_s: 0,
  }));
  expect(trafficNow(points, 10_000, NOW)).toBe(800);
  expect(trafficNow([], 10_000, NOW)).toBeNull();
});

test("right after the start the traffic of now is the last minute's", () => {
  const points = Array.from({ length: 30 }, (_, i) => ({
    time: NOW - 300_000 + i * 10_000,
    bits_per_s: i < 24 ? 0 : 600,
    packets_per_s: 0,
  }));
  expect(trafficNow(points, 10_000, NOW)).toBe(600);
});

test("lines have gaps where nothing is known", () => {
  const place = (value: number, i: number) => ({ x: i, y: value });
  expect(segments([1, null, null, 2, 3], place)).toEqual([
    [{ x: 0, y: 1 }],
    [
      { x: 3, y: 2 },
      { x: 4, y: 3 },
    ],
  ]);
});

test("the address shown is the one that routers reach", () => {
  expect(likelyAddress("flows.example.net", status)).toBe("flows.example.net");
  expect(likelyAddress("[2001:db8::1]", status)).toBe("2001:db8::1");
  expect(likelyAddress("localhost", status)).toBe("192.0.2.10");
  expect(likelyAddress("127.0.0.1", status)).toBe("192.0.2.10");
  expect(likelyAddress("[::1]", null)).toBe("");
});
