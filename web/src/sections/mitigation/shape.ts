// Mitigations as people read them. No drawing here.
import { duration } from "../../text/units";
import type { Mitigation, MitigationState, Wish } from "./api";

export const STATES: Record<MitigationState, { word: string; mark: string; tone: string; about: string }> = {
  proposed: { word: "waits for approval", mark: "◌", tone: "text-warn", about: "nothing is announced yet" },
  rehearsed: {
    word: "rehearsed",
    mark: "◇",
    tone: "text-second",
    about: "a dry run: as if it were active, but nothing is announced",
  },
  active: { word: "active", mark: "■", tone: "text-bad", about: "announced" },
  probing: {
    word: "probing",
    mark: "◐",
    tone: "text-warn",
    about: "withdrawn for a while, to see whether the attack is still there",
  },
  withdrawn: { word: "withdrawn", mark: "●", tone: "text-good", about: "over: the attack ended, or a person ended it" },
  expired: { word: "expired", mark: "○", tone: "text-soft", about: "over: its time passed" },
  rejected: { word: "rejected", mark: "×", tone: "text-soft", about: "by a person" },
  refused: { word: "refused", mark: "×", tone: "text-bad", about: "by a guard" },
  failed: { word: "failed", mark: "▲", tone: "text-bad", about: "it could not be planned or announced" },
};

export const KINDS: Record<Mitigation["kind"], string> = {
  blackhole: "Blackhole",
  flowspec: "FlowSpec filter",
  diversion: "Diversion to a scrubber",
};

export type Verb = "approve" | "reject" | "withdraw";

/** What a person can decide about it now. */
export function decisionsOf(state: MitigationState): Verb[] {
  if (state === "proposed") return ["approve", "reject"];
  return state === "active" || state === "rehearsed" || state === "probing" ? ["withdraw"] : [];
}

export function isOpen(state: MitigationState): boolean {
  return ["proposed", "rehearsed", "active", "probing"].includes(state);
}

/** Waiting ones first, then those that stand, then the others, each as the server orders them. */
export function grouped(list: readonly Mitigation[]): {
  waiting: Mitigation[];
  standing: Mitigation[];
  over: Mitigation[];
} {
  return {
    waiting: list.filter((one) => one.state === "proposed"),
    standing: list.filter((one) => isOpen(one.state) && one.state !== "proposed"),
    over: list.filter((one) => !isOpen(one.state)),
  };
}

/** "12 min left"; "" where it has no end or is over. */
export function leftText(one: Pick<Mitigation, "until" | "state">, now: number): string {
  if (!isOpen(one.state) || one.until === 0) return "";
  return one.until > now ? `${duration(one.until - now)} left` : "its time is over";
}

/** How much fell away, -1 to 1 (0.9: nine tenths are gone); null where there was nothing before. */
export function fallen(before: number, after: number): number | null {
  return before > 0 ? (before - after) / before : null;
}

/** The body of a proposal: what is empty is left out, so that the server's own values count. */
export function wishOf(form: {
  target: string;
  action: string;
  ttl: string;
  live: boolean;
  why: string;
  attack: number;
  match: string;
}): Wish {
  return {
    target: form.target.trim(),
    action: form.action,
    dry_run: !form.live,
    ...(form.ttl.trim() === "" ? {} : { ttl: form.ttl.trim() }),
    ...(form.why.trim() === "" ? {} : { why: form.why.trim() }),
    ...(form.attack === 0 ? {} : { attack: form.attack }),
    ...(form.match.trim() === "" ? {} : { match: form.match.trim() }),
  };
}
