// What happened in the range that is shown: attacks. Where the server has no such list there are no marks.
import { useMemo } from "react";
import { apiPath } from "../api/client";
import { useApi } from "../api/useApi";
import type { Mark } from "./series";

interface Attack {
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

const NONE: Mark[] = [];
/** A Weir without detection has no such address; then it is asked once. */
let missing = false;

export function useMarks(from: number | null, to: number | null): Mark[] {
  const wanted = from !== null && to !== null && !missing;
  const path = wanted ? apiPath("/api/v1/attacks", { from: String(from), to: String(to) }) : null;
  const { data, problem } = useApi<{ attacks?: Attack[] }>(path);
  if (problem?.status === 404) missing = true;
  return useMemo(
    () => (data?.attacks && from !== null && to !== null ? marksOf(data.attacks, from, to) : NONE),
    [data, from, to],
  );
}
