import { useMemo, useState } from "react";
import { useApi } from "../../api/useApi";
import { Notice, Shown } from "../../parts/Shown";
import { TokenField } from "../../parts/TokenField";
import { DataTable, type TableColumn } from "../../table/DataTable";
import { dateText } from "../../time/format";
import { useTime } from "../../time/useTime";
import { Snippet } from "../settings/Snippet";
import { type CustomersAnswer, type Entry, entriesOf, interfaceText, yamlOf } from "./customers";
import { Form } from "./Form";

interface Props {
  /** "customer:NAME", "region:NAME"; nothing behind the colon is a new one; "" none. */
  open: string;
  onOpen: (open: string) => void;
}

/** Who the customers and regions are: those of the configuration are seen, those of the page are changed. */
export function Editor({ open, onOpen }: Props) {
  const api = useApi<CustomersAnswer>("/api/v1/customers", { keep: true });
  const [said, setSaid] = useState("");
  return (
    <Shown api={api} tall="min-h-60">
      {(answer) => (
        <Told
          answer={answer}
          open={open}
          onOpen={(to) => {
            setSaid("");
            onOpen(to);
          }}
          said={said}
          onSaved={(words) => {
            onOpen("");
            setSaid(words);
            api.again();
          }}
          onStale={api.again}
        />
      )}
    </Shown>
  );
}

interface ToldProps extends Props {
  answer: CustomersAnswer;
  said: string;
  onSaved: (words: string) => void;
  onStale: () => void;
}

function Told({ answer, open, onOpen, said, onSaved, onStale }: ToldProps) {
  const [find, setFind] = useState("");
  const entries = useMemo(() => entriesOf(answer), [answer]);
  const shown = useMemo(() => entries.filter((one) => matches(one, find.trim().toLowerCase())), [entries, find]);
  const [kind, name] = splitOpen(open);
  const chosen = kind && name ? (entries.find((one) => one.kind === kind && one.name === name) ?? null) : null;
  const may = answer.changed_by !== "nobody" && answer.problem === null;
  return (
    <>
      <Standing answer={answer} />
      <div className="mb-2 flex flex-wrap items-center gap-2">
        <input
          className="field w-full sm:w-72"
          type="search"
          aria-label="Find a customer or region"
          placeholder="Find by name, network, AS number"
          value={find}
          spellCheck={false}
          onChange={(event) => setFind(event.target.value)}
        />
        <span className="text-soft">
          {shown.length} of {entries.length}
        </span>
        <span className="grow" />
        {answer.changed_by === "people" && <TokenField hint="to save" />}
        {may && (
          <>
            <button type="button" className="button" onClick={() => onOpen("customer:")}>
              Add a customer
            </button>
            <button type="button" className="button" onClick={() => onOpen("region:")}>
              Add a region
            </button>
          </>
        )}
      </div>
      {said && (
        <p role="status" className="notice border-line bg-sunken">
          {said}
        </p>
      )}
      {kind && (name === "" || chosen) && (
        <Form
          key={open}
          kind={kind}
          entry={chosen}
          answer={answer}
          may={may}
          onClose={() => onOpen("")}
          onSaved={onSaved}
          onStale={onStale}
        />
      )}
      {entries.length === 0 ? (
        <Notice>
          Nobody is a customer yet. A customer is a name with prefixes, AS numbers or interfaces; each flow to or from
          them carries the name from then on.
        </Notice>
      ) : (
        <div className="card overflow-hidden">
          <DataTable
            name="Customers and regions"
            columns={COLUMNS}
            rows={shown}
            rowKey={(one) => `${one.kind} ${one.name} ${one.at ?? "c"}`}
            onPick={(one) => onOpen(`${one.kind}:${one.name}`)}
            maxHeight="max(18rem, calc(100vh - 16rem))"
          />
        </div>
      )}
      {entries.length > 0 && (
        <details className="mt-3">
          <summary className="cursor-pointer">The page's customers as lines for the configuration</summary>
          <p className="my-2 max-w-prose text-soft">
            To keep them under version control instead, put these lines into the configuration, delete them here, then
            reload.
          </p>
          <Snippet name="Customers and regions" text={yamlOf(answer.saved) || "# The page keeps none.\n"} />
        </details>
      )}
    </>
  );
}

function splitOpen(open: string): ["customer" | "region" | null, string] {
  const at = open.indexOf(":");
  const kind = open.slice(0, at);
  return kind === "customer" || kind === "region" ? [kind, open.slice(at + 1)] : [null, ""];
}

function matches(entry: Entry, text: string): boolean {
  if (text === "") return true;
  const words = [entry.name, entry.region, ...entry.prefixes, ...entry.ases.map((as) => `as${as}`)];
  return [...words, ...entry.interfaces.map(interfaceText)].some((one) => one.toLowerCase().includes(text));
}

/** Where they are kept, who may change them, and what somebody should look at. */
function Standing({ answer }: { answer: CustomersAnswer }) {
  const { zoneId } = useTime();
  const { saved, configured, left_out: leftOut, overlaps } = answer;
  return (
    <>
      {answer.problem !== null && (
        <p role="alert" className="notice border-bad bg-bad-soft">
          What is saved cannot be read, so nothing can be changed: {answer.problem}
        </p>
      )}
      {answer.changed_by === "nobody" ? (
        <Notice>
          The configuration says that nobody changes customers here (<code>customers_by: nobody</code>). Write them
          there: <code>customers</code> and <code>regions</code>.
        </Notice>
      ) : (
        <p className="mb-2 max-w-4xl text-soft">
          What is saved here holds for flows from now on, without a reload; what was stored before keeps the names it
          has.{" "}
          {configured.customers.length + configured.regions.length > 0 &&
            "Those of the configuration file are seen here and changed there. "}
          {saved.time !== null && `Last saved ${dateText(saved.time, zoneId)}.`}
        </p>
      )}
      {leftOut.length > 0 && (
        <div role="alert" className="notice border-bad bg-bad-soft">
          <b>Not in force, because the configuration says something else:</b>
          <ul className="list-disc pl-5">
            {leftOut.map((one) => (
              <li key={one.pointer}>{one.detail}</li>
            ))}
          </ul>
        </div>
      )}
      {overlaps.length > 0 && (
        <details className="notice border-line bg-sunken">
          <summary className="cursor-pointer">
            {overlaps.length === 1 ? "One network lies" : `${overlaps.length} networks lie`} within another customer's;
            the longer prefix counts
          </summary>
          <ul className="list-disc pt-1 pl-5">
            {overlaps.map((one) => (
              <li key={one}>{one}</li>
            ))}
          </ul>
        </details>
      )}
    </>
  );
}

const COLUMNS: TableColumn<Entry>[] = [
  {
    key: "name",
    title: "Name",
    width: "minmax(10rem,1.2fr)",
    value: (one) => one.name,
    show: (one) => (
      <span className="link">
        {one.faults.length > 0 && <span className="text-bad">■ </span>}
        {one.name}
      </span>
    ),
  },
  { key: "kind", title: "Kind", width: "6rem", value: (one) => one.kind },
  { key: "region", title: "Region", width: "6rem", value: (one) => one.region, show: (one) => one.region || "–" },
  {
    key: "prefixes",
    title: "Prefixes",
    width: "minmax(12rem,2fr)",
    value: (one) => one.prefixes.join(" "),
    show: (one) => (
      <span className="font-mono text-xs" title={one.prefixes.join("\n")}>
        {one.prefixes.join(", ") || "–"}
      </span>
    ),
  },
  {
    key: "ases",
    title: "AS numbers",
    width: "9rem",
    value: (one) => one.ases.join(" "),
    show: (one) => one.ases.join(", ") || "–",
  },
  {
    key: "interfaces",
    title: "Interfaces",
    width: "9rem",
    value: (one) => one.interfaces.map(interfaceText).join(" "),
    show: (one) => (
      <span className="font-mono text-xs" title={one.interfaces.map(interfaceText).join("\n")}>
        {one.interfaces.map(interfaceText).join(", ") || "–"}
      </span>
    ),
  },
  {
    key: "of",
    title: "Kept in",
    width: "8.5rem",
    value: (one) => (one.at === null ? "configuration" : "page"),
    show: (one) => (one.at === null ? <span className="text-soft">configuration</span> : "page"),
  },
];
