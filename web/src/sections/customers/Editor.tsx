import { useEffect, useMemo, useRef, useState } from "react";
import { Problem, sendJson } from "../../api/client";
import { useApi } from "../../api/useApi";
import { copyText } from "../../parts/copy";
import { Notice, Shown } from "../../parts/Shown";
import {
  type Customer,
  type CustomersAnswer,
  customerOf,
  type Draft,
  draftOf,
  EMPTY,
  troubles,
  yamlOf,
} from "./customers";

const NOT_TOLD: CustomersAnswer = { configured: { customers: [], regions: [] }, file: null };

/** Who the customers are: seen, edited in a draft, and saved where the configuration names a file that Weir may write. */
export function Editor() {
  const api = useApi<CustomersAnswer>("/api/v1/customers");
  // Where the server does not tell them, a draft still becomes lines for the configuration.
  if (api.problem?.status === 404) return <Rows data={NOT_TOLD} onSaved={api.again} />;
  return (
    <Shown api={api} tall="min-h-60">
      {(data) => <Rows key={JSON.stringify(data)} data={data} onSaved={api.again} />}
    </Shown>
  );
}

interface Row extends Draft {
  id: number;
}

function Rows({ data, onSaved }: { data: CustomersAnswer; onSaved: () => void }) {
  const { file, configured } = data;
  const next = useRef(0);
  const rowOf = (draft: Draft): Row => ({ ...draft, id: next.current++ });
  const [rows, setRows] = useState<Row[]>(() => (file ?? configured).customers.map((one) => rowOf(draftOf(one))));
  const [changed, setChanged] = useState(false);
  const [said, setSaid] = useState<{ text: string; bad: boolean } | null>(null);
  const fixed = file ? configured.customers : [];
  const wrong = useMemo(() => troubles(rows, fixed), [rows, fixed]);
  const fine = wrong.every((one) => one === "");
  useEffect(() => {
    if (!changed) return;
    const warn = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener("beforeunload", warn);
    return () => window.removeEventListener("beforeunload", warn);
  }, [changed]);
  const change = (to: Row[]) => {
    setRows(to);
    setChanged(true);
    setSaid(null);
  };
  const put = (id: number, more: Partial<Draft>) =>
    change(rows.map((row) => (row.id === id ? { ...row, ...more } : row)));
  const save = async () => {
    try {
      await sendJson("PUT", "/api/v1/customers", { customers: rows.map(customerOf), regions: file?.regions ?? [] });
      setChanged(false);
      setSaid({ text: "Saved. Flows from now on carry it.", bad: false });
      onSaved();
    } catch (error) {
      setSaid({ text: error instanceof Problem ? error.message : String(error), bad: true });
    }
  };
  return (
    <>
      {file ? (
        <p className="mb-2 text-soft">
          Kept in <code>{file.path}</code>. What is saved here holds for flows from now on.
        </p>
      ) : (
        <Notice>
          Who the customers are stands in the configuration file, which Weir only reads. Write a draft here, copy the
          lines below into it, and reload (SIGHUP).
        </Notice>
      )}
      {fixed.length > 0 && (
        <details className="mb-2">
          <summary className="cursor-pointer">{fixed.length} more in the configuration file</summary>
          <pre className="mt-1 overflow-auto rounded bg-sunken p-2 text-xs">{yamlOf(fixed)}</pre>
        </details>
      )}
      <div className="card overflow-x-auto">
        <table className="w-full">
          <thead className="text-left text-soft">
            <tr>
              <th scope="col" className="px-2 py-1 font-semibold">
                Name
              </th>
              <th scope="col" className="px-2 font-semibold">
                Region
              </th>
              <th scope="col" className="px-2 font-semibold">
                Prefixes
              </th>
              <th scope="col" className="px-2 font-semibold">
                AS numbers
              </th>
              <th scope="col" className="px-2 font-semibold">
                <span className="sr-only">Delete</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row, i) => (
              <EditRow
                key={row.id}
                row={row}
                trouble={wrong[i] ?? ""}
                onPut={put}
                onDelete={() => change(rows.filter((one) => one.id !== row.id))}
              />
            ))}
          </tbody>
        </table>
        {rows.length === 0 && <p className="px-3 py-2 text-soft">No customer yet.</p>}
      </div>
      <div className="mt-2 flex flex-wrap items-center gap-2">
        <button type="button" className="button" onClick={() => change([...rows, rowOf(EMPTY)])}>
          Add a customer
        </button>
        {file && (
          <button type="button" className="button primary" disabled={!changed || !fine} onClick={save}>
            Save
          </button>
        )}
        {!fine && <span className="text-bad">{wrong.filter((one) => one !== "").length} rows to mend first.</span>}
      </div>
      {said && (
        <p
          role={said.bad ? "alert" : "status"}
          className={`notice mt-2 ${said.bad ? "border-bad bg-bad-soft" : "border-line bg-sunken"}`}
        >
          {said.text}
        </p>
      )}
      {!file && <Lines customers={fine ? rows.map(customerOf) : null} />}
    </>
  );
}

function EditRow({
  row,
  trouble,
  onPut,
  onDelete,
}: {
  row: Row;
  trouble: string;
  onPut: (id: number, more: Partial<Draft>) => void;
  onDelete: () => void;
}) {
  const about = row.name || "new customer";
  const field = (name: "name" | "region" | "prefixes" | "ases", label: string, width: string) => (
    <td className="px-2 py-1 align-top">
      <input
        className={`field ${width} ${name === "prefixes" || name === "ases" ? "font-mono text-xs" : ""}`}
        aria-label={`${label} of ${about}`}
        aria-invalid={trouble !== ""}
        value={row[name]}
        spellCheck={false}
        onChange={(event) => onPut(row.id, { [name]: event.target.value })}
      />
      {name === "name" && trouble && <p className="max-w-56 text-xs text-bad">{trouble}</p>}
      {name === "name" && row.interfaces.length > 0 && (
        <p className="text-xs text-soft">
          and behind {row.interfaces.length} {row.interfaces.length === 1 ? "interface" : "interfaces"}
        </p>
      )}
    </td>
  );
  return (
    <tr className="border-t border-line">
      {field("name", "Name", "w-52")}
      {field("region", "Region", "w-20")}
      {field("prefixes", "Prefixes", "w-full min-w-72")}
      {field("ases", "AS numbers", "w-40")}
      <td className="px-2 py-1 align-top">
        <button type="button" className="button" aria-label={`Delete ${about}`} onClick={onDelete}>
          ✕
        </button>
      </td>
    </tr>
  );
}

function Lines({ customers }: { customers: Customer[] | null }) {
  const shown = useRef<HTMLPreElement>(null);
  const [said, setSaid] = useState("");
  if (customers === null) return null;
  const text = yamlOf(customers);
  return (
    <section className="mt-4" aria-label="Lines for the configuration">
      <div className="mb-1 flex flex-wrap items-center gap-2">
        <h2 className="font-semibold">Lines for the configuration</h2>
        <button
          type="button"
          className="button"
          onClick={async () =>
            setSaid((await copyText(text, shown.current)) ? "Copied" : "Marked: press Ctrl+C to copy")
          }
        >
          Copy
        </button>
        <span role="status" className="text-good">
          {said}
        </span>
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: long lines are scrolled by keyboard */}
      <pre ref={shown} tabIndex={0} className="max-h-96 overflow-auto rounded bg-sunken p-2 text-xs">
        {text}
      </pre>
    </section>
  );
}
