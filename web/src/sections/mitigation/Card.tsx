import { useState } from "react";
import { Link } from "wouter";
import { Problem } from "../../api/client";
import { useToken } from "../../api/token";
import { ProblemBox } from "../../parts/Shown";
import { bitsPerSecond, duration, percent, perSecond } from "../../text/units";
import { dateText } from "../../time/format";
import { type Effect, type Mitigation, post, type Radius } from "./api";
import { decisionsOf, fallen, KINDS, leftText, STATES, type Verb } from "./shape";

interface Props {
  it: Mitigation;
  zone: string;
  onChange: () => void;
  /** Not given on the mitigation's own page. */
  onChoose?: () => void;
  whole?: boolean;
  /** Only what would come of it: nobody decided anything. */
  rehearsal?: boolean;
}

/** One mitigation: what it would do, what it costs, who decided, what it helped. */
export function Card({ it, zone, onChange, onChoose, whole, rehearsal }: Props) {
  const state = STATES[it.state];
  const left = leftText(it, Date.now());
  const title = `${KINDS[it.kind]} of ${it.target}`;
  return (
    <article className="card h-full min-w-0 px-4 py-3" aria-label={`Mitigation ${it.id}`}>
      <h3 className="flex flex-wrap items-baseline gap-x-3 text-base">
        {onChoose ? (
          <button type="button" className="link font-semibold" onClick={onChoose}>
            {title}
          </button>
        ) : (
          <span className="font-semibold">{title}</span>
        )}
        {!rehearsal && <span className="text-sm text-soft">#{it.id}</span>}
        {!rehearsal && (
          <span className={`text-sm font-medium ${state.tone}`} title={state.about}>
            {state.mark} {state.word}
          </span>
        )}
        {it.dry_run && <span className="rounded bg-second-soft px-1.5 text-xs">dry run</span>}
        {left && <span className="text-sm text-soft">{left}</span>}
      </h3>
      {!rehearsal && (
        <p className="text-soft">
          Action <b className="text-ink">{it.action}</b>, asked by {it.asked_by},{" "}
          {dateText(it.created, zone, { seconds: true })}
          {it.customer && `, customer ${it.customer}`}
          {it.attack > 0 && (
            <>
              , against{" "}
              <Link className="link" href={`/ddos?attack=${it.attack}`}>
                {it.attack_title || "attack"} #{it.attack}
              </Link>
            </>
          )}
          .
        </p>
      )}
      {it.why && <p className="mt-1">{sentence(it.why)}</p>}
      {it.refusals.length > 0 && (
        <div role="alert" className="notice mt-2 mb-0 border-bad bg-bad-soft">
          {it.refusals.map((one) => (
            <p key={one.guard + one.message}>
              <b>Guard {one.guard}:</b> {sentence(one.message)}
            </p>
          ))}
        </div>
      )}
      {it.routes.length > 0 && (
        <ul className="mt-2">
          {it.routes.map((route) => (
            <li key={route.text + route.peers.join()}>
              <code className="break-all">{route.text}</code>{" "}
              <span className="text-soft">to {route.peers.join(", ")}</span>
            </li>
          ))}
        </ul>
      )}
      <div className="mt-2 grid gap-3 lg:grid-cols-2">
        <Cost radius={it.radius} whole={whole ?? false} zone={zone} planned={it.routes.length > 0} />
        {it.effect && <Helped effect={it.effect} zone={zone} />}
      </div>
      <Approvals it={it} zone={zone} />
      {it.state === "probing" && it.probe_until > 0 && (
        <p className="mt-1 text-soft">The probe looks until {dateText(it.probe_until, zone, { seconds: true })}.</p>
      )}
      {it.next_probe > 0 && it.state === "active" && (
        <p className="mt-1 text-soft">
          {it.probes > 0 && `${it.probes} ${it.probes === 1 ? "probe" : "probes"} showed that the attack goes on. `}
          The next probe is in {duration(it.next_probe - Date.now())}.
        </p>
      )}
      <Decide it={it} onChange={onChange} />
    </article>
  );
}

function Bar({ name, value, most, tone }: { name: string; value: number; most: number; tone: string }) {
  return (
    <div className="grid grid-cols-[10.5rem_1fr_5.5rem] items-center gap-2">
      <span className="truncate" title={name}>
        {name}
      </span>
      <span className="h-2.5 overflow-hidden rounded-sm bg-sunken" aria-hidden="true">
        <span
          className={`block h-full ${tone}`}
          style={{ width: `${most > 0 ? Math.min(100, (value / most) * 100) : 0}%` }}
        />
      </span>
      <span className="text-right tabular-nums">{bitsPerSecond(value)}</span>
    </div>
  );
}

interface CostProps {
  radius: Radius | null;
  whole: boolean;
  zone: string;
  planned: boolean;
}

/** The blast radius: legitimate traffic that the announcement would drop. */
function Cost({ radius, whole, zone, planned }: CostProps) {
  if (!radius)
    return planned ? <p className="text-soft">What it would cost is being measured from the stored flows.</p> : null;
  const days = radius.days_before.filter((day) => day.known);
  const most = Math.max(
    radius.now.bits_per_second,
    radius.usual_bits_per_second,
    ...radius.customers.map((one) => one.bits_per_second),
    ...(whole ? days.map((day) => day.bits_per_second) : []),
  );
  return (
    <section aria-label="What it costs">
      <h4 className="font-semibold">Legitimate traffic that it drops</h4>
      {radius.now.known ? (
        <Bar name="now, without the attack" value={radius.now.bits_per_second} most={most} tone="bg-warn" />
      ) : (
        <p className="text-soft">Nothing is stored of the last minutes.</p>
      )}
      {days.length > 0 ? (
        <Bar name="usual at this hour" value={radius.usual_bits_per_second} most={most} tone="bg-second" />
      ) : (
        <p className="text-soft">Nothing is stored of the same hour of earlier days.</p>
      )}
      {whole &&
        days.map((day) => (
          <Bar
            key={day.from}
            name={dateText(day.from, zone)}
            value={day.bits_per_second}
            most={most}
            tone="bg-second"
          />
        ))}
      {radius.customers.length > 0 && <h5 className="mt-1 text-xs text-soft">Whose it is</h5>}
      {(whole ? radius.customers : radius.customers.slice(0, 4)).map((one) => (
        <Bar
          key={one.customer}
          name={one.customer || "no customer"}
          value={one.bits_per_second}
          most={most}
          tone="bg-soft"
        />
      ))}
      <p className="text-xs text-soft">
        {radius.now.known && `${perSecond(radius.now.packets_per_second, "packets")} now. `}
        Measured {dateText(radius.measured, zone, { seconds: true })}.
      </p>
      {radius.problem && <p className="text-warn">{sentence(radius.problem)}</p>}
    </section>
  );
}

function Helped({ effect, zone }: { effect: Effect; zone: string }) {
  const most = Math.max(effect.attack_before, effect.attack_after, effect.other_before, effect.other_after);
  const attack = fallen(effect.attack_before, effect.attack_after);
  const other = fallen(effect.other_before, effect.other_after);
  return (
    <section aria-label="What it helped">
      <h4 className="font-semibold">What it helped</h4>
      <Bar name="attack, before" value={effect.attack_before} most={most} tone="bg-bad" />
      <Bar name="attack, now" value={effect.attack_after} most={most} tone="bg-bad" />
      <Bar name="the rest, before" value={effect.other_before} most={most} tone="bg-brand" />
      <Bar name="the rest, now" value={effect.other_after} most={most} tone="bg-brand" />
      <p className="text-xs text-soft">
        {changed("the attack", attack)}, {changed("the rest", other)}, as your routers see it. Measured{" "}
        {dateText(effect.measured, zone, { seconds: true })}.
      </p>
      {effect.problem && <p className="text-warn">{sentence(effect.problem)}</p>}
    </section>
  );
}

function changed(what: string, share: number | null): string {
  if (share === null) return `of ${what} there was nothing`;
  return share >= 0 ? `${percent(share)} of ${what} fell away` : `${what} grew by ${percent(-share)}`;
}

function Approvals({ it, zone }: { it: Mitigation; zone: string }) {
  if (it.approvals_needed === 0 && it.approvals.length === 0) return null;
  return (
    <p className="mt-2">
      {it.approvals_needed > 0 && `Approved by ${it.approvals.length} of ${it.approvals_needed}. `}
      {it.approvals.map((one) => (
        <span key={one.who} className="text-soft">
          {one.who}, {dateText(one.at, zone, { seconds: true })}
          {one.why && `: ${one.why}`}.{" "}
        </span>
      ))}
    </p>
  );
}

const NAMES: Record<Verb, string> = { approve: "Approve", reject: "Reject", withdraw: "Withdraw" };

function Decide({ it, onChange }: { it: Mitigation; onChange: () => void }) {
  const token = useToken();
  const [why, setWhy] = useState("");
  const [problem, setProblem] = useState<Problem | null>(null);
  const [busy, setBusy] = useState<Verb | null>(null);
  const verbs = decisionsOf(it.state);
  if (verbs.length === 0) return null;
  const decide = async (verb: Verb) => {
    setBusy(verb);
    setProblem(null);
    try {
      await post(`/api/v1/mitigations/${it.id}/${verb}`, why.trim() === "" ? {} : { why: why.trim() }, token);
      setWhy("");
      onChange();
    } catch (error) {
      setProblem(error instanceof Problem ? error : new Problem("failed", 0, String(error)));
    } finally {
      setBusy(null);
    }
  };
  return (
    <div className="mt-3 border-t border-line pt-2">
      <div className="flex flex-wrap items-center gap-2">
        <label className="flex min-w-48 grow items-center gap-1.5">
          <span className="text-soft">Why</span>
          <input
            className="field min-w-0 grow"
            value={why}
            maxLength={1000}
            placeholder="for the log, such as a ticket's number"
            onChange={(event) => setWhy(event.target.value)}
          />
        </label>
        {verbs.map((verb) => (
          <button
            key={verb}
            type="button"
            className={`button ${verb === "reject" ? "" : "primary"}`}
            disabled={busy !== null || token === ""}
            onClick={() => void decide(verb)}
          >
            {NAMES[verb]}
            <span className="sr-only"> mitigation {it.id}</span>
          </button>
        ))}
      </div>
      {token === "" && <p className="mt-1 text-soft">To decide, give your token at the top of the page.</p>}
      {problem && (
        <div className="mt-2">
          {problem.kind === "unauthorised" ? (
            <p role="alert" className="notice mb-0 border-bad bg-bad-soft">
              {sentence(problem.message)} Tokens belong to the names in <code>mitigation.people</code>.
            </p>
          ) : (
            <ProblemBox problem={problem} />
          )}
        </div>
      )}
    </div>
  );
}

function sentence(text: string): string {
  const upper = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(upper) ? upper : `${upper}.`;
}
