import { useEffect, useState } from "react";
import { Problem, sendJson } from "../../api/client";
import { idFor } from "../../api/documents";
import type { Live } from "../../api/live";
import { useApi } from "../../api/useApi";
import { CopyAs } from "../../copy/CopyAs";
import { Popup } from "../../parts/Popup";
import { SectionHead } from "../../parts/SectionHead";
import { Notice } from "../../parts/Shown";
import { text, useParams } from "../../url/params";
import { type Board, type BoardsAnswer, boardOf, bodyOf, NOW, TILES, type Tile } from "./boards";
import { Grid } from "./Grid";

const PARAMS = { board: text() };
const FIRST = "weir.dashboard";

/** Which one opens when the address names none: this browser's choice. */
function firstBoard(): string {
  try {
    return localStorage.getItem(FIRST) ?? "";
  } catch {
    return "";
  }
}

/** Dashboards: choose, look at, edit, save, share. */
export function Boards({ live }: { live: Live }) {
  const [{ board: named }, set] = useParams(PARAMS);
  const [first, setFirst] = useState(firstBoard);
  const api = useApi<BoardsAnswer>("/api/v1/dashboards");
  const saved = (api.data?.dashboards ?? []).map(boardOf);
  const wanted = named === "now" ? "" : named || first;
  const shown = wanted === "" ? NOW : saved.find((one) => one.id === wanted);
  const [draft, setDraft] = useState<Board | null>(null);
  const [said, setSaid] = useState<{ text: string; bad: boolean } | null>(null);

  useEffect(() => {
    if (!draft) return;
    const warn = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener("beforeunload", warn);
    return () => window.removeEventListener("beforeunload", warn);
  }, [draft]);

  const open = (id: string) => {
    setDraft(null);
    setSaid(null);
    set({ board: id === "" ? (first === "" ? "" : "now") : id });
  };
  const keepFirst = (id: string) => {
    setFirst(id);
    try {
      localStorage.setItem(FIRST, id);
    } catch {
      // Then it holds until the page is left.
    }
  };
  const save = async (board: Board, asNew: boolean) => {
    if (board.name.trim() === "") return setSaid({ text: "Give it a name first.", bad: true });
    const fresh = asNew || board.id === "";
    const id = fresh ? idFor(board.name, [...saved.map((one) => one.id), "now"]) : board.id;
    try {
      await sendJson("PUT", `/api/v1/dashboards/${id}`, bodyOf({ ...board, revision: fresh ? 0 : board.revision }));
      setDraft(null);
      setSaid({
        text: `“${board.name.trim()}” is saved. Its link is good for everybody who may see this Weir.`,
        bad: false,
      });
      api.again();
      set({ board: id });
    } catch (error) {
      setSaid({ text: error instanceof Problem ? error.message : String(error), bad: true });
    }
  };
  const remove = async (board: Board) => {
    try {
      await sendJson("DELETE", `/api/v1/dashboards/${board.id}`);
      if (first === board.id) keepFirst("");
      setDraft(null);
      api.again();
      set({ board: "" });
      setSaid({ text: `“${board.name}” is deleted.`, bad: false });
    } catch (error) {
      setSaid({ text: error instanceof Problem ? error.message : String(error), bad: true });
    }
  };

  const board = draft ?? shown;
  return (
    <>
      <SectionHead title={board ? `Dashboard: ${board.name}` : "Dashboard"}>
        {saved.length > 0 && (
          <label className="flex items-center gap-1">
            <span className="sr-only">Dashboard</span>
            <select
              className="field max-w-56"
              value={wanted}
              disabled={draft !== null}
              onChange={(event) => open(event.target.value)}
            >
              {[NOW, ...saved].map((one) => (
                <option key={one.id} value={one.id}>
                  {one.name}
                </option>
              ))}
            </select>
          </label>
        )}
        {!draft && board && (
          <>
            {first !== board.id && (
              <button
                type="button"
                className="button"
                title="This browser opens it first"
                onClick={() => keepFirst(board.id)}
              >
                Open first
              </button>
            )}
            <CopyAs forms={() => [{ name: "Link", text: linkTo(board) }]} />
            <button
              type="button"
              className="button"
              onClick={() => {
                setSaid(null);
                setDraft(board.id === "" ? { ...NOW, name: "My dashboard" } : board);
              }}
            >
              {board.id === "" ? "Make your own" : "Edit"}
            </button>
          </>
        )}
      </SectionHead>
      {said && (
        <p
          role={said.bad ? "alert" : "status"}
          className={`notice ${said.bad ? "border-bad bg-bad-soft" : "border-line bg-sunken"}`}
        >
          {said.text}
        </p>
      )}
      {api.problem && <Notice>Saved dashboards cannot be read: {api.problem.message}</Notice>}
      {(api.data?.unreadable.length ?? 0) > 0 && (
        <Notice>These saved dashboards cannot be read and are left alone: {api.data?.unreadable.join(", ")}.</Notice>
      )}
      {draft && (
        <Bar draft={draft} onDraft={setDraft} onSave={save} onRemove={remove} onCancel={() => setDraft(null)} />
      )}
      {board ? (
        <Grid board={board} live={live} onChange={draft ? (tiles) => setDraft({ ...draft, tiles }) : null} />
      ) : api.data || api.problem ? (
        <Notice>
          There is no dashboard “{wanted}” here; it may have been deleted.{" "}
          <button
            type="button"
            className="link"
            onClick={() => {
              if (first === wanted) keepFirst("");
              set({ board: "now" });
            }}
          >
            Show the network now
          </button>
        </Notice>
      ) : (
        <div className="skeleton min-h-96" />
      )}
    </>
  );
}

function linkTo(board: Board): string {
  return `${window.location.origin}/?board=${board.id === "" ? "now" : board.id}`;
}

interface BarProps {
  draft: Board;
  onDraft: (draft: Board) => void;
  onSave: (board: Board, asNew: boolean) => void;
  onRemove: (board: Board) => void;
  onCancel: () => void;
}

function Bar({ draft, onDraft, onSave, onRemove, onCancel }: BarProps) {
  // In front, where it is seen.
  const add = (tile: Tile) => onDraft({ ...draft, tiles: [tile, ...draft.tiles] });
  return (
    <form
      className="card mb-3 flex flex-wrap items-center gap-2 p-2"
      aria-label="Edit the dashboard"
      onSubmit={(event) => {
        event.preventDefault();
        onSave(draft, false);
      }}
    >
      <label className="flex items-center gap-1">
        Name
        <input
          className="field w-56"
          maxLength={100}
          value={draft.name}
          onChange={(event) => onDraft({ ...draft, name: event.target.value })}
        />
      </label>
      <Popup label="Add a tile" panelClass="w-80 py-1">
        {(close) => (
          <ul className="m-0 list-none p-0">
            {TILES.map((spec) => (
              <li key={spec.kind}>
                <button
                  type="button"
                  className="block w-full px-3 py-1 text-left hover:bg-sunken"
                  onClick={() => {
                    add({ kind: spec.kind, width: spec.width });
                    close();
                  }}
                >
                  {spec.name} <span className="block text-xs text-soft">{spec.about}</span>
                </button>
              </li>
            ))}
          </ul>
        )}
      </Popup>
      <span className="grow" />
      {draft.id !== "" && (
        <button
          type="button"
          className="button"
          onClick={() => window.confirm(`Delete the dashboard “${draft.name}” for everybody?`) && onRemove(draft)}
        >
          Delete
        </button>
      )}
      {draft.id !== "" && (
        <button type="button" className="button" onClick={() => onSave(draft, true)}>
          Save as new
        </button>
      )}
      <button type="button" className="button" onClick={onCancel}>
        Cancel
      </button>
      <button type="submit" className="button primary">
        Save
      </button>
    </form>
  );
}
