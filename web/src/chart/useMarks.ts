// What happened in the range that is shown: attacks, and sessions over which routes come that began or ended. Where the server
// has no such list there are no marks.
import { useMemo } from "react";
import { apiPath } from "../api/client";
import { useApi } from "../api/useApi";
import type { Mark } from "./series";

export interface Attack {
  id?: string | number;
  target?: string;
  title?: string;
  began?: number | null;
  ended?: number | null;
}

export function marksOf(attacks: readonly Attack[], from: number, to: number): Mark[] {
  return attacks
    .filter((one) => typeof one.began === "number" && one.began < to && (one.ended ?? to) > from)
    .slice(0, 100)
    .map((one) => ({
      from: Math.max(from, one.began ?? from),
      to: Math.min(to, one.ended ?? to),
      text: `Attack: ${[one.title, one.target].filter(Boolean).join(" on ")}`,
      tone: "bad" as const,
    }));
}

/** A peer as a router tells it, or a peer of our own: whose routes they are, since when, and whether it is there. */
export interface RouteSource {
  router?: string;
  router_name?: string | null;
  peer?: string | null;
  peer_as?: number;
  up?: boolean;
  since?: number | null;
}

/** Sessions that came or went at about the same time on one router are one mark. */
export function routeMarks(sources: readonly RouteSource[], from: number, to: number, stepMs = 60_000): Mark[] {
  const groups = new Map<string, { at: number; router: string; up: boolean; peers: string[] }>();
  for (const { router, router_name, peer, peer_as, up, since } of sources) {
    if (typeof since !== "number" || since < from || since >= to) continue;
    const name = router_name || router || "a router";
    const key = `${name} ${up} ${Math.floor(since / stepMs)}`;
    const group = groups.get(key) ?? { at: since, router: name, up: up === true, peers: [] };
    group.at = Math.min(group.at, since);
    if (peer) group.peers.push(peer_as ? `AS ${peer_as}` : peer);
    groups.set(key, group);
  }
  return [...groups.values()]
    .sort((a, b) => a.at - b.at)
    .slice(0, 100)
    .map(({ at, router, up, peers }) => {
      const named = [...new Set(peers)];
      const more = named.length > 3 ? ` and ${named.length - 3} more` : "";
      const of = named.length > 0 ? ` of ${named.slice(0, 3).join(", ")}${more}` : "";
      return { from: at, text: `Routes${of} at ${router} ${up ? "came" : "went"}`, tone: up ? "note" : "warn" };
    });
}

const NONE: Mark[] = [];
/** A Weir without detection or routes has no such address; then it is asked once. */
const missing = new Set<string>();

function useList<T>(address: string, parameters: Record<string, string> | null): T | undefined {
  const wanted = parameters !== null && !missing.has(address);
  const { data, problem } = useApi<T>(wanted ? apiPath(address, parameters) : null);
  if (problem?.status === 404) missing.add(address);
  return data;
}

export function useMarks(from: number | null, to: number | null): Mark[] {
  const known = from !== null && to !== null;
  const attacks = useList<{ attacks?: Attack[] }>(
    "/api/v1/attacks",
    known ? { from: String(from), to: String(to) } : null,
  );
  const routes = useList<{ views?: RouteSource[] }>("/api/v1/rib", known ? {} : null);
  return useMemo(() => {
    if (!known) return NONE;
    return [...routeMarks(routes?.views ?? [], from, to), ...marksOf(attacks?.attacks ?? [], from, to)];
  }, [attacks, routes, known, from, to]);
}
