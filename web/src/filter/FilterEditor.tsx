import { useEffect, useRef, useState } from "react";
import { apiPath, getJson, type Problem } from "../api/client";
import { Popup } from "../parts/Popup";
import { fromOctets } from "./combine";
import type { Candidates, Editor } from "./editor";
import { rememberFilter } from "./history";
import { SavedFilters } from "./SavedFilters";

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
        <Popup label="Filters" name="Saved filters and those used before" align="right" panelClass="w-[30rem] p-2">
          {(close) => (
            <SavedFilters
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
