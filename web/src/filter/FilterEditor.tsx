import { useEffect, useRef, useState } from "react";
import { apiPath, getJson, type Problem } from "../api/client";
import { Popup } from "../parts/Popup";
import { fromOctets } from "./combine";
import type { Candidates, Editor } from "./editor";
import { forgetFilter, rememberFilter, savedFilters, saveFilter, usedFilters } from "./history";

interface Props {
  /** The filter that is asked now. */
  value: string;
  onApply: (filter: string) => void;
  /** The problem of the last answer; shown here when it is the filter's. */
  problem: Problem | null;
}

async function complete(text: string, position: number, signal: AbortSignal): Promise<Candidates | null> {
  const path = apiPath("/api/v1/complete", { filter: text, position: String(position), unit: "utf16" });
  return getJson<Candidates>(path, signal);
}

/** One filter, with completion, colours, its errors underlined where they are, and the filters of before. */
export function FilterEditor({ value, onApply, problem }: Props) {
  const host = useRef<HTMLDivElement>(null);
  const editor = useRef<Editor | null>(null);
  const [draft, setDraft] = useState(value);
  const [asked, setAsked] = useState(value);
  const [ready, setReady] = useState(false);
  if (asked !== value) {
    setAsked(value);
    setDraft(value);
  }
  const apply = (text: string) => {
    rememberFilter(text);
    setDraft(text);
    onApply(text.trim());
  };
  const latest = useRef({ apply, value });
  latest.current = { apply, value };

  useEffect(() => {
    let gone = false;
    void import("./editor").then(({ makeEditor }) => {
      if (gone || !host.current) return;
      editor.current = makeEditor({
        host: host.current,
        label: "Filter",
        hint: "everything; e.g. dst_as = 15169 and proto tcp",
        text: latest.current.value,
        onChange: setDraft,
        onApply: (text) => latest.current.apply(text),
        complete,
      });
      setReady(true);
    });
    return () => {
      gone = true;
      editor.current?.destroy();
      editor.current = null;
    };
  }, []);
  useEffect(() => editor.current?.setText(value), [value]);

  const wrong = problem?.parameter === "filter" ? problem : null;
  useEffect(() => {
    const at = wrong?.position === undefined ? null : fromOctets(value, wrong.position);
    const end = fromOctets(value, (wrong?.position ?? 0) + Math.max(1, wrong?.length ?? 1));
    if (ready) editor.current?.setError(wrong && at !== null ? { from: at, to: end, message: wrong.message } : null);
  }, [wrong, value, ready]);

  return (
    <div className="min-w-0 grow">
      <div className="flex items-stretch gap-1">
        <div
          ref={host}
          data-search
          data-editor
          className={`editor ${wrong ? "border-bad" : ""}`}
          aria-describedby={wrong ? "filter-problem" : undefined}
        />
        <button
          type="button"
          className={`button ${draft.trim() === value ? "" : "primary"}`}
          onClick={() => apply(draft)}
        >
          Apply
        </button>
        {value !== "" && (
          <button type="button" className="button" onClick={() => apply("")}>
            Clear
          </button>
        )}
        <Popup label="Filters" name="Filters of before" align="right" panelClass="w-[30rem] p-2">
          {(close) => (
            <Before
              draft={draft.trim()}
              onChoose={(filter) => {
                apply(filter);
                close();
              }}
            />
          )}
        </Popup>
      </div>
      {wrong && (
        <p id="filter-problem" role="alert" className="mt-1 text-bad">
          {wrong.message}
        </p>
      )}
    </div>
  );
}

function Before({ draft, onChoose }: { draft: string; onChoose: (filter: string) => void }) {
  const [saved, setSaved] = useState(savedFilters);
  const [name, setName] = useState("");
  const used = usedFilters();
  return (
    <div className="max-h-96 overflow-y-auto">
      {draft !== "" && (
        <form
          className="mb-2 flex gap-1"
          onSubmit={(event) => {
            event.preventDefault();
            if (name.trim() === "") return;
            saveFilter(name.trim(), draft);
            setSaved(savedFilters());
            setName("");
          }}
        >
          <input
            className="field min-w-0 grow"
            aria-label="Name for the filter of now"
            placeholder="Name for the filter of now"
            value={name}
            onChange={(event) => setName(event.target.value)}
          />
          <button type="submit" className="button">
            Save
          </button>
        </form>
      )}
      <h2 className="font-semibold">Saved in this browser</h2>
      {saved.length === 0 && <p className="text-soft">None yet. To share one, copy the link of the screen.</p>}
      {saved.map((one) => (
        <div key={one.name} className="flex gap-1">
          <button type="button" className="choice" title={one.filter} onClick={() => onChoose(one.filter)}>
            {one.name} <code className="text-soft">{one.filter}</code>
          </button>
          <button
            type="button"
            className="button my-0.5"
            aria-label={`Forget ${one.name}`}
            onClick={() => {
              forgetFilter(one.name);
              setSaved(savedFilters());
            }}
          >
            ×
          </button>
        </div>
      ))}
      <h2 className="mt-2 font-semibold">Used before</h2>
      {used.length === 0 && <p className="text-soft">None yet.</p>}
      {used.map((filter) => (
        <button key={filter} type="button" className="choice" title={filter} onClick={() => onChoose(filter)}>
          <code>{filter}</code>
        </button>
      ))}
    </div>
  );
}
