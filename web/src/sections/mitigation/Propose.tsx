import { type ReactNode, useEffect, useState } from "react";
import { Problem } from "../../api/client";
import { useToken } from "../../api/token";
import { useApi } from "../../api/useApi";
import { ProblemBox } from "../../parts/Shown";
import { useTime } from "../../time/useTime";
import type { Attack } from "../ddos/api";
import { addressOf, targetText } from "../ddos/shape";
import { type Mitigation, post, type Summary } from "./api";
import { Card } from "./Card";
import type { MitigationParams, SetParams } from "./params";
import { KINDS, wishOf } from "./shape";

interface Props {
  state: MitigationParams;
  set: SetParams;
  summary: Summary;
  onDone: () => void;
}

/** A proposal by hand: what would come of it first, then, with a token, the proposal itself. */
export function Propose({ state, set, summary, onDone }: Props) {
  const token = useToken();
  const { zoneId } = useTime();
  const attack = useApi<Attack>(state.attack > 0 ? `/api/v1/attacks/${state.attack}` : null);
  const [target, setTarget] = useState(state.target);
  const [action, setAction] = useState(state.action || (summary.actions[0]?.name ?? ""));
  const [ttl, setTtl] = useState("");
  const [match, setMatch] = useState("");
  const [why, setWhy] = useState("");
  const [live, setLive] = useState(false);
  const [checked, setChecked] = useState<Mitigation | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [busy, setBusy] = useState(false);
  const its = attack.data && attack.data.subject === "" ? (addressOf(attack.data.target) ?? attack.data.target) : "";
  useEffect(() => {
    if (its !== "") setTarget((before) => (before === "" ? its : before));
  }, [its]);
  const kind = summary.actions.find((one) => one.name === action)?.kind;
  const wish = () =>
    wishOf({ target, action, ttl, live, why, attack: state.attack, match: kind === "flowspec" ? match : "" });
  const ask = async (path: string, done: (mitigation: Mitigation) => void) => {
    setBusy(true);
    setProblem(null);
    try {
      done(await post<Mitigation>(path, wish(), token));
    } catch (error) {
      setChecked(null);
      setProblem(error instanceof Problem ? error : new Problem("failed", 0, String(error)));
    } finally {
      setBusy(false);
    }
  };
  return (
    <section className="card mb-3 px-4 py-3" aria-labelledby="propose-title">
      <h2 id="propose-title" className="mb-2 font-semibold">
        Propose a mitigation
        {attack.data && (
          <span className="font-normal text-soft">
            {" "}
            against {attack.data.title} #{attack.data.id} on {targetText(attack.data)}
          </span>
        )}
      </h2>
      <form
        className="grid gap-x-4 gap-y-2 sm:grid-cols-2 xl:grid-cols-4"
        onSubmit={(event) => {
          event.preventDefault();
          void ask("/api/v1/mitigations/check", setChecked);
        }}
      >
        <Field label="Target">
          <input
            className="field w-full font-mono"
            value={target}
            required
            placeholder="198.51.100.7"
            spellCheck={false}
            onChange={(event) => setTarget(event.target.value)}
          />
        </Field>
        <Field label="Action">
          <select className="field w-full" value={action} onChange={(event) => setAction(event.target.value)}>
            {summary.actions.map((one) => (
              <option key={one.name} value={one.name}>
                {one.name}: {KINDS[one.kind]}
              </option>
            ))}
          </select>
        </Field>
        <Field label="Time to live">
          <input
            className="field w-full"
            value={ttl}
            placeholder="the action's own"
            onChange={(event) => setTtl(event.target.value)}
          />
        </Field>
        <Field label="Why">
          <input
            className="field w-full"
            value={why}
            maxLength={1000}
            placeholder="for the log"
            onChange={(event) => setWhy(event.target.value)}
          />
        </Field>
        {kind === "flowspec" && (
          <Field label={state.attack > 0 ? "Match (empty: the attack's own signatures)" : "Match"}>
            <input
              className="field w-full font-mono"
              value={match}
              placeholder="proto udp src port 123"
              spellCheck={false}
              onChange={(event) => setMatch(event.target.value)}
            />
          </Field>
        )}
        <label className="flex items-center gap-2 self-end pb-1">
          <input
            type="checkbox"
            checked={live}
            disabled={summary.dry_run}
            onChange={(event) => setLive(event.target.checked)}
          />
          Announce it once approved (else a dry run{summary.dry_run ? "; this Weir allows only that" : ""})
        </label>
        <div className="flex flex-wrap items-end gap-2">
          <button type="submit" className="button" disabled={busy || action === ""}>
            Check: routes and guards
          </button>
          <button
            type="button"
            className="button primary"
            disabled={busy || token === "" || action === "" || target.trim() === ""}
            onClick={() =>
              void ask("/api/v1/mitigations", (made) => {
                onDone();
                set({ new: false, attack: 0, target: "", action: "", id: made.id, view: "now" });
              })
            }
          >
            Propose
          </button>
        </div>
      </form>
      {token === "" && (
        <p className="mt-2 text-soft">
          Checking needs no token and leaves no trace. To propose, give your token at the top of the page.
        </p>
      )}
      {problem && (
        <div className="mt-2">
          <ProblemBox problem={problem} />
        </div>
      )}
      {checked && (
        <div className="mt-3">
          <p className="mb-1 font-semibold">
            {checked.refusals.length > 0
              ? "A guard would refuse it:"
              : "No guard speaks against it. This would be announced:"}
          </p>
          <Card it={{ ...checked, state: "refused" }} zone={zoneId} onChange={() => {}} rehearsal />
        </div>
      )}
    </section>
  );
}

function Field({ label, children }: { label: string; children: ReactNode }) {
  return (
    // biome-ignore lint/a11y/noLabelWithoutControl: the control is the child
    <label className="block min-w-0">
      <span className="block text-xs text-soft">{label}</span>
      {children}
    </label>
  );
}
