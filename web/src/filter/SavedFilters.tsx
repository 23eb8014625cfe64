import { useState } from "react";
import { Problem, sendJson } from "../api/client";
import { idFor } from "../api/documents";
import { useApi } from "../api/useApi";
import { Notice, ProblemBox } from "../parts/Shown";
import { forgetFilter, type SavedFilter, savedFilters, saveFilter, usedFilters } from "./history";

/** One that is kept on the server, for everybody. */
interface Shared extends SavedFilter {
  id: string;
  revision: number;
}
interface SharedAnswer {
  filters: Shared[];
  unreadable: string[];
}
const SHARED = "/api/v1/filters";

interface Props {
  /** What stands in the editor; "" has nothing to save. */
  draft: string;
  onChoose: (filter: string) => void;
}

/** Filters under a name, for everybody or for this browser alone, and those used before. */
export function SavedFilters({ draft, onChoose }: Props) {
  const shared = useApi<SharedAnswer>(SHARED);
  const [own, setOwn] = useState(savedFilters);
  const [problem, setProblem] = useState<Problem | null>(null);
  const used = usedFilters();
  const tell = async (work: Promise<unknown>): Promise<boolean> => {
    try {
      await work;
      setProblem(null);
      shared.again();
      return true;
    } catch (error) {
      setProblem(error instanceof Problem ? error : new Problem("failed", 0, String(error)));
      return false;
    }
  };
  const share = (name: string) => {
    const all = shared.data?.filters ?? [];
    const same = all.find((one) => one.name === name);
    if (same && same.filter !== draft && !window.confirm(`Replace the filter “${name}” for everybody?`))
      return Promise.resolve(false);
    const taken = all.map((one) => one.id);
    const id = same?.id ?? idFor(name, taken, "filter");
    return tell(sendJson("PUT", `${SHARED}/${id}`, { name, filter: draft, revision: same?.revision ?? 0 }));
  };
  return (
    <div className="max-h-96 overflow-y-auto">
      {draft !== "" && (
        <SaveAs
          onShare={share}
          onKeep={(name) => {
            saveFilter(name, draft);
            setOwn(savedFilters());
          }}
        />
      )}
      {problem && <ProblemBox problem={problem} />}
      <h2 className="font-semibold">Saved for everybody</h2>
      {shared.problem && <Notice>They cannot be read: {shared.problem.message}</Notice>}
      {shared.data?.filters.length === 0 && <p className="text-soft">None yet.</p>}
      {shared.data?.filters.map((one) => (
        <Line
          key={one.id}
          saved={one}
          onChoose={onChoose}
          away="Delete for everybody"
          onAway={() => {
            if (window.confirm(`Delete the filter “${one.name}” for everybody?`))
              void tell(sendJson("DELETE", `${SHARED}/${one.id}`));
          }}
        />
      ))}
      {(shared.data?.unreadable.length ?? 0) > 0 && (
        <p className="text-soft">Left alone, because they cannot be read: {shared.data?.unreadable.join(", ")}.</p>
      )}
      {own.length > 0 && <h2 className="mt-2 font-semibold">Only in this browser</h2>}
      {own.map((one) => (
        <Line
          key={one.name}
          saved={one}
          onChoose={onChoose}
          away="Forget"
          onAway={() => {
            forgetFilter(one.name);
            setOwn(savedFilters());
          }}
        />
      ))}
      <h2 className="mt-2 font-semibold">Used before in this browser</h2>
      {used.length === 0 && <p className="text-soft">None yet.</p>}
      {used.map((filter) => (
        <button key={filter} type="button" className="choice" title={filter} onClick={() => onChoose(filter)}>
          <code>{filter}</code>
        </button>
      ))}
    </div>
  );
}

interface LineProps {
  saved: SavedFilter;
  onChoose: (filter: string) => void;
  away: string;
  onAway: () => void;
}

function Line({ saved, onChoose, away, onAway }: LineProps) {
  return (
    <div className="flex gap-1">
      <button
        type="button"
        className="choice min-w-0 truncate"
        title={saved.filter}
        onClick={() => onChoose(saved.filter)}
      >
        {saved.name} <code className="text-soft">{saved.filter}</code>
      </button>
      <button
        type="button"
        className="button my-0.5"
        aria-label={`${away}: ${saved.name}`}
        title={away}
        onClick={onAway}
      >
        ×
      </button>
    </div>
  );
}

interface SaveAsProps {
  onShare: (name: string) => Promise<boolean>;
  onKeep: (name: string) => void;
}

function SaveAs({ onShare, onKeep }: SaveAsProps) {
  const [name, setName] = useState("");
  const trimmed = name.trim();
  return (
    <form
      className="mb-2 flex flex-wrap gap-1"
      aria-label="Save the filter"
      onSubmit={async (event) => {
        event.preventDefault();
        if (trimmed !== "" && (await onShare(trimmed))) setName("");
      }}
    >
      <input
        className="field min-w-40 grow"
        aria-label="Name of this filter"
        placeholder="Name of this filter"
        maxLength={100}
        value={name}
        onChange={(event) => setName(event.target.value)}
      />
      <button type="submit" className="button" disabled={trimmed === ""}>
        Save for everybody
      </button>
      <button
        type="button"
        className="button"
        disabled={trimmed === ""}
        onClick={() => {
          onKeep(trimmed);
          setName("");
        }}
      >
        Only here
      </button>
    </form>
  );
}
