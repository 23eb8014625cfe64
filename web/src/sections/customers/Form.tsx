import { type ReactNode, useEffect, useId, useMemo, useState } from "react";
import { apiPath } from "../../api/client";
import { useToken } from "../../api/token";
import { useApi } from "../../api/useApi";
import { Snippet } from "../settings/Snippet";
import {
  asNumber,
  type CustomersAnswer,
  changed,
  customerOf,
  type Draft,
  draftOf,
  EMPTY,
  type Entry,
  entriesOf,
  type Fault,
  faultsAt,
  fieldOf,
  type Troubles,
  troublesOf,
  wordsIn,
  yamlOf,
} from "./customers";
import { saveCustomers } from "./save";

interface Props {
  kind: Entry["kind"];
  /** Null: a new one. */
  entry: Entry | null;
  answer: CustomersAnswer;
  may: boolean;
  onClose: () => void;
  onSaved: (words: string) => void;
  /** Somebody else saved meanwhile. */
  onStale: () => void;
}

/** One customer or region: changed and saved, or, where the configuration has it, seen with its lines there. */
export function Form(props: Props) {
  const { kind, entry, may, onClose } = props;
  const title = entry === null ? `A new ${kind}` : entry.name;
  return (
    <section className="card mb-3 px-4 py-3" aria-labelledby="form-title">
      <div className="mb-2 flex items-baseline gap-2">
        <h2 id="form-title" className="grow font-semibold">
          {title} {entry !== null && <span className="font-normal text-soft">{kind}</span>}
        </h2>
        <button type="button" className="button" onClick={onClose}>
          Close
        </button>
      </div>
      {entry !== null && (entry.at === null || !may) ? <Configured entry={entry} /> : <Fields {...props} />}
    </section>
  );
}

function Configured({ entry }: { entry: Entry }) {
  const list = {
    customers: entry.kind === "customer" ? [entry] : [],
    regions: entry.kind === "region" ? [entry] : [],
  };
  return (
    <>
      <p className="mb-2 max-w-prose text-soft">
        It stands in the configuration file. Change these lines there, then <code>weir check FILE</code> and{" "}
        <code>systemctl reload weir</code>.
      </p>
      <Snippet name="Its lines" text={yamlOf(list)} />
    </>
  );
}

function Fields({ kind, entry, answer, onClose, onSaved, onStale }: Props) {
  const [draft, setDraft] = useState<Draft>(() => (entry === null ? EMPTY : draftOf(entry)));
  const [tried, setTried] = useState(false);
  const [busy, setBusy] = useState(false);
  const [refused, setRefused] = useState<{ message: string; faults: Fault[] } | null>(null);
  const token = useToken();
  const others = useMemo(
    () => entriesOf(answer).filter((one) => !(one.kind === kind && one.at !== null && one.at === entry?.at)),
    [answer, kind, entry],
  );
  const own = troublesOf(draft, kind, others);
  const told: Troubles = {
    ...(entry ? byField(entry.faults) : {}),
    ...(tried ? own : {}),
    ...(refused ? byField(refused.faults) : {}),
  };
  const dirty = JSON.stringify(draft) !== JSON.stringify(entry === null ? EMPTY : draftOf(entry));
  useEffect(() => {
    if (!dirty) return;
    const warn = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener("beforeunload", warn);
    return () => window.removeEventListener("beforeunload", warn);
  }, [dirty]);
  const put = (more: Partial<Draft>) => {
    setDraft({ ...draft, ...more });
    setRefused(null);
  };
  const send = async (wanted: Draft | null) => {
    setBusy(true);
    const at = entry?.at ?? null;
    const { saved } = answer;
    const one = wanted && customerOf(wanted);
    const list =
      kind === "customer"
        ? { customers: changed(saved.customers, at, one), regions: saved.regions }
        : {
            customers: saved.customers,
            regions: changed(saved.regions, at, one && { name: one.name, prefixes: one.prefixes }),
          };
    const done = await saveCustomers(list, saved.revision, token);
    setBusy(false);
    const name = one?.name ?? entry?.name ?? "";
    if ("answer" in done) return onSaved(one ? `Saved: ${name}. Flows from now on carry it.` : `Deleted: ${name}.`);
    const place = kind === "customer" ? "customers" : "regions";
    const mine = faultsAt(done.faults, place, at ?? (kind === "customer" ? saved.customers : saved.regions).length);
    const message =
      done.problem?.status === 401 ? "It takes your token: type it above, then save again." : done.message;
    setRefused({ message: mine.length > 0 ? "" : message, faults: mine });
    if (done.problem?.status === 409) onStale();
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        setTried(true);
        if (Object.keys(own).length === 0) void send(draft);
      }}
    >
      <div className="grid gap-x-4 gap-y-3 md:grid-cols-2">
        <Line label="Name" trouble={told.name}>
          {(more) => (
            <input
              {...more}
              // biome-ignore lint/a11y/noAutofocus: the form opens because somebody asked for it
              autoFocus
              className="field w-full"
              value={draft.name}
              maxLength={200}
              spellCheck={false}
              onChange={(event) => put({ name: event.target.value })}
            />
          )}
        </Line>
        {kind === "customer" && (
          <Line label="Region" about="such as MY; may stay empty" trouble={told.region}>
            {(more) => <RegionField {...more} answer={answer} value={draft.region} onChange={put} />}
          </Line>
        )}
        <Line
          label="Prefixes"
          about={
            kind === "customer"
              ? "one on a line; of several customers' the longest that holds an address counts"
              : "one on a line; they go before the region of a customer whose prefix is shorter or the same"
          }
          trouble={told.prefixes}
        >
          {(more) => (
            <textarea
              {...more}
              className="field w-full font-mono text-xs"
              rows={Math.min(12, Math.max(3, draft.prefixes.split("\n").length))}
              value={draft.prefixes}
              spellCheck={false}
              placeholder={"192.0.2.0/24\n2001:db8:100::/48"}
              onChange={(event) => put({ prefixes: event.target.value })}
            />
          )}
        </Line>
        {kind === "customer" && (
          <div className="flex flex-col gap-3">
            <Line label="AS numbers" about="for addresses in no customer's prefix" trouble={told.ases}>
              {(more) => (
                <input
                  {...more}
                  className="field w-full font-mono text-xs"
                  value={draft.ases}
                  spellCheck={false}
                  placeholder="64500, AS64501"
                  onChange={(event) => put({ ases: event.target.value })}
                />
              )}
            </Line>
            <AsNames text={draft.ases} />
            <Line
              label="Interfaces"
              about="behind which it is, for addresses known by neither: #17@edge-1 by ifIndex, cust-*@edge-* by name"
              trouble={told.interfaces}
            >
              {(more) => (
                <textarea
                  {...more}
                  className="field w-full font-mono text-xs"
                  rows={Math.min(8, Math.max(1, draft.interfaces.split("\n").length))}
                  value={draft.interfaces}
                  spellCheck={false}
                  onChange={(event) => put({ interfaces: event.target.value })}
                />
              )}
            </Line>
          </div>
        )}
      </div>
      {(told[""] || refused?.message) && (
        <p role="alert" className="notice mt-3 border-bad bg-bad-soft">
          {told[""] ?? refused?.message}
        </p>
      )}
      <div className="mt-3 flex flex-wrap gap-2">
        <button type="submit" className="button primary" disabled={busy || !dirty}>
          {busy ? "Saving..." : "Save"}
        </button>
        <button type="button" className="button" onClick={onClose}>
          Cancel
        </button>
        <span className="grow" />
        {entry !== null && <Delete busy={busy} name={entry.name} onDelete={() => void send(null)} />}
      </div>
    </form>
  );
}

function byField(faults: readonly Fault[]): Troubles {
  const out: Record<string, string> = {};
  for (const fault of faults) {
    const field = fieldOf(fault);
    const key = ["name", "region", "prefixes", "ases", "interfaces"].includes(field) ? field : "";
    out[key] = out[key] ? `${out[key]}; ${fault.detail}` : fault.detail;
  }
  return out;
}

interface Wired {
  id: string;
  "aria-invalid": boolean;
  "aria-describedby": string | undefined;
}

function Line({
  label,
  about,
  trouble,
  children,
}: {
  label: string;
  about?: string;
  trouble?: string | undefined;
  children: (more: Wired) => ReactNode;
}) {
  const id = useId();
  const described = trouble || about ? `${id}-about` : undefined;
  return (
    <div>
      <label className="mb-0.5 block font-medium" htmlFor={id}>
        {label}
      </label>
      {children({ id, "aria-invalid": Boolean(trouble), "aria-describedby": described })}
      <p id={`${id}-about`} className={`pt-0.5 text-xs ${trouble ? "text-bad" : "text-soft"}`}>
        {trouble ?? about}
      </p>
    </div>
  );
}

function RegionField({
  answer,
  value,
  onChange,
  ...more
}: Wired & { answer: CustomersAnswer; value: string; onChange: (more: Partial<Draft>) => void }) {
  const list = useId();
  const known = useMemo(
    () =>
      [...new Set(entriesOf(answer).map((one) => (one.kind === "region" ? one.name : one.region)))]
        .filter(Boolean)
        .sort(),
    [answer],
  );
  return (
    <>
      <input
        {...more}
        className="field w-full"
        value={value}
        list={list}
        maxLength={200}
        spellCheck={false}
        onChange={(event) => onChange({ region: event.target.value })}
      />
      <datalist id={list}>
        {known.map((one) => (
          <option key={one} value={one} />
        ))}
      </datalist>
    </>
  );
}

/** Whose the numbers are, so that a slip of a digit is seen. */
function AsNames({ text }: { text: string }) {
  const numbers = wordsIn(text).flatMap((one) => asNumber(one) ?? []);
  const path = numbers.length > 0 ? apiPath("/api/v1/as", { numbers: numbers.slice(0, 20).join(",") }) : null;
  const { data } = useApi<{ ases: { as: number; name: string }[] }>(path);
  if (numbers.length === 0 || !data) return null;
  return (
    <ul className="-mt-2 text-xs text-soft">
      {numbers.slice(0, 20).map((as) => (
        <li key={as}>
          AS {as}: {data.ases.find((one) => one.as === as)?.name ?? <i>no name is known</i>}
        </li>
      ))}
    </ul>
  );
}

function Delete({ busy, name, onDelete }: { busy: boolean; name: string; onDelete: () => void }) {
  const [asked, setAsked] = useState(false);
  if (!asked)
    return (
      <button type="button" className="button" onClick={() => setAsked(true)}>
        Delete
      </button>
    );
  return (
    <>
      <span className="self-center">Delete {name}? What is stored keeps its name.</span>
      <button type="button" className="button text-bad" disabled={busy} onClick={onDelete}>
        Yes, delete
      </button>
      <button type="button" className="button" onClick={() => setAsked(false)}>
        No
      </button>
    </>
  );
}
