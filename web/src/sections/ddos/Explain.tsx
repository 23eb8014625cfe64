import { useState } from "react";
import { apiPath } from "../../api/client";
import { useApi } from "../../api/useApi";
import { Notice, Shown } from "../../parts/Shown";
import { percent } from "../../text/units";
import type { Explanation, RuleState } from "./api";
import type { DdosState, SetDdos } from "./params";
import { measured, nearness } from "./shape";

/** Which rules govern an address, and how near to each of them it is. */
export function Explain({ state, set }: { state: DdosState; set: SetDdos }) {
  const [typed, setTyped] = useState(state.address);
  const [asked, setAsked] = useState(state.address);
  if (asked !== state.address) {
    setAsked(state.address);
    setTyped(state.address);
  }
  const api = useApi<Explanation>(
    state.address === "" ? null : apiPath("/api/v1/detect/explain", { address: state.address }),
    {
      every: 2000,
      keep: false,
    },
  );
  return (
    <div>
      <form
        className="mb-3 flex flex-wrap items-center gap-2"
        onSubmit={(event) => {
          event.preventDefault();
          set({ address: typed.trim() });
        }}
      >
        <label className="flex items-center gap-2">
          Address
          <input
            className="field w-72 font-mono"
            data-search
            value={typed}
            placeholder="103.64.13.104"
            spellCheck={false}
            autoCapitalize="off"
            onChange={(event) => setTyped(event.target.value)}
          />
        </label>
        <button type="submit" className="button primary">
          Explain
        </button>
      </form>
      {state.address === "" ? (
        <Notice>
          Type an address of the own network. You see which rules govern it, from which group each comes, and how near
          to its threshold the address is now.
        </Notice>
      ) : (
        <Shown api={{ ...api, working: api.working && api.data === undefined }}>
          {(explanation) => <Explained it={explanation} set={set} />}
        </Shown>
      )}
    </div>
  );
}

function Explained({ it, set }: { it: Explanation; set: SetDdos }) {
  return (
    <div className="flex flex-col gap-3">
      <div className="card px-4 py-3">
        <p>
          <b className="font-mono">{it.address}</b>{" "}
          {it.own ? "is of the own network" : "is not of the own network: attacks on it are not looked for"}
          {it.customer && `, of customer ${it.customer}`}.
        </p>
        {it.groups.length > 0 && (
          <p className="text-soft">Governed by, the most specific first: {it.groups.join(", ")}.</p>
        )}
        {it.notes.map((note) => (
          <p key={note} className="text-warn">
            {note.charAt(0).toUpperCase() + note.slice(1)}
          </p>
        ))}
        {it.attacks.map((id) => (
          <p key={id} className="font-semibold text-bad">
            ■ Under attack:{" "}
            <button type="button" className="link" onClick={() => set({ attack: id })}>
              number {id}
            </button>
          </p>
        ))}
      </div>
      <section className="card min-w-0 px-4 py-3" aria-labelledby="near-title">
        <h2 id="near-title" className="font-semibold">
          Rules, the nearest to its threshold first
        </h2>
        <p className="mb-2 text-xs text-soft">
          The bar is the largest value of the last two minutes as a share of the threshold; the line at its end is the
          95 % confidence interval. The lower end of the interval decides.
        </p>
        {it.rules.length === 0 && <p className="text-soft">No rule governs it.</p>}
        <ul>
          {it.rules.map((rule) => (
            <Near key={`${rule.rule} ${rule.target} ${rule.measure} ${rule.way}`} rule={rule} />
          ))}
        </ul>
      </section>
    </div>
  );
}

function Near({ rule }: { rule: RuleState }) {
  const { share, low, high, least } = nearness(rule);
  const wide = (value: number) => `${Math.min(100, value * 80)}%`; // the threshold stands at 80 % of the width
  const over = !least && low >= 1;
  const nothing = !rule.measured && rule.now_high === 0;
  const now = nothing
    ? "nothing"
    : rule.measured
      ? measured(rule.now, rule.measure)
      : `below ${measured(rule.now_high, rule.measure)}`;
  return (
    <li className="border-t border-line py-1.5 first:border-0">
      <div className="flex flex-wrap items-baseline gap-x-3">
        <b className="font-medium">{rule.rule}</b>
        <span className="text-soft">
          {rule.target}, from {rule.from}, over {rule.window_s} s
        </span>
        <span className="grow" />
        <span className="tabular-nums">
          {now} of {measured(rule.value, rule.measure)}{" "}
          <b className={over ? "text-bad" : share >= 0.7 ? "text-warn" : ""}>
            {nothing ? "0 %" : least ? `<${percent(Math.max(share, 0.01))}` : percent(share)}
          </b>
        </span>
      </div>
      <div className="relative mt-1 h-3 overflow-hidden rounded-sm bg-sunken" aria-hidden="true">
        <span
          className={`absolute inset-y-0 left-0 ${least ? "bg-soft/25" : over ? "bg-bad" : share >= 0.7 ? "bg-warn" : "bg-brand"}`}
          style={{ width: wide(share) }}
        />
        {!least && high > low && (
          <span
            className="absolute top-1/2 h-0.5 -translate-y-1/2 bg-ink"
            style={{ left: wide(low), width: `calc(${wide(high)} - ${wide(low)})` }}
          />
        )}
        <span className="absolute inset-y-0 w-0.5 bg-ink" style={{ left: "80%" }} />
      </div>
      {rule.usual !== null && (
        <p className="text-xs text-soft">
          Usual at this hour of the week: {measured(rule.usual, rule.measure)}, {percent(rule.confidence)} sure
        </p>
      )}
    </li>
  );
}
