import { useState } from "react";
import type { Live } from "../../api/live";
import { type Board, moved, option, rangeText, resized, type Tile, tileSpec, tileTitle, withOption } from "./boards";
import { BARE, TileBody } from "./TileBody";

interface Props {
  board: Board;
  live: Live;
  /** Null: only to look at. */
  onChange: ((tiles: Tile[]) => void) | null;
}

/** Written out, so that the style sheet has them. */
const SPAN: Record<number, string> = {
  1: "md:col-span-6 2xl:col-span-3",
  2: "md:col-span-6 2xl:col-span-3",
  3: "md:col-span-6 2xl:col-span-3",
  4: "md:col-span-6 xl:col-span-4",
  5: "md:col-span-6 xl:col-span-5",
  6: "md:col-span-6",
  7: "lg:col-span-7",
  8: "xl:col-span-8",
  9: "xl:col-span-9",
  10: "xl:col-span-10",
  11: "xl:col-span-11",
  12: "",
};

/** Tiles in rows of twelve columns; on a narrow screen one below the other. */
export function Grid({ board, live, onChange }: Props) {
  const [dragged, setDragged] = useState<number | null>(null);
  const [over, setOver] = useState<number | null>(null);
  const drop = (at: number) => {
    if (dragged !== null && onChange && dragged !== at) onChange(moved(board.tiles, dragged, at));
    setDragged(null);
    setOver(null);
  };
  return (
    <div className="grid grid-cols-1 gap-3 md:grid-cols-12">
      {board.tiles.map((tile, i) => (
        // biome-ignore lint/a11y/noStaticElementInteractions: dragging is a shortcut; the buttons of the tile do the same by keyboard
        <div
          // biome-ignore lint/suspicious/noArrayIndexKey: tiles have no other name, and two may be alike
          key={`${tile.kind} ${i}`}
          className={`col-span-full min-w-0 ${SPAN[tile.width] ?? ""} ${over === i && dragged !== null ? "rounded outline-2 outline-brand" : ""} ${dragged === i ? "opacity-50" : ""}`}
          draggable={onChange !== null}
          onDragStart={(event) => {
            event.dataTransfer.effectAllowed = "move";
            event.dataTransfer.setData("text/plain", tileTitle(tile));
            setDragged(i);
          }}
          onDragOver={(event) => {
            if (dragged === null) return;
            event.preventDefault();
            setOver(i);
          }}
          onDrop={(event) => {
            event.preventDefault();
            drop(i);
          }}
          onDragEnd={() => drop(dragged ?? i)}
        >
          {onChange && <Handles board={board} at={i} onChange={onChange} />}
          <Framed tile={tile} live={live} />
        </div>
      ))}
    </div>
  );
}

function Framed({ tile, live }: { tile: Tile; live: Live }) {
  if (BARE.has(tile.kind)) return <TileBody tile={tile} live={live} />;
  const asked = tileSpec(tile.kind)?.options.some((one) => one.name === "range");
  const live1 = tile.kind === "flows" || tile.kind === "live";
  return (
    <section className="card h-full px-3 py-2" aria-label={tileTitle(tile)}>
      {!live1 && (
        <h2 className="mb-1 flex items-baseline gap-2 font-semibold">
          <span className="min-w-0 truncate">{tileTitle(tile)}</span>
          {asked && (
            <span className="text-xs font-normal whitespace-nowrap text-soft">{rangeText(option(tile, "range"))}</span>
          )}
        </h2>
      )}
      <TileBody tile={tile} live={live} />
    </section>
  );
}

function Handles({ board, at, onChange }: { board: Board; at: number; onChange: (tiles: Tile[]) => void }) {
  const tile = board.tiles[at];
  if (!tile) return null;
  const spec = tileSpec(tile.kind);
  const title = tileTitle(tile);
  const put = (next: Tile) => onChange(board.tiles.map((one, i) => (i === at ? next : one)));
  const button = (name: string, text: string, run: () => void, off = false) => (
    <button type="button" className="button" aria-label={`${name}: ${title}`} title={name} disabled={off} onClick={run}>
      {text}
    </button>
  );
  return (
    <div className="mb-1 rounded border border-dashed border-edge bg-sunken p-1.5">
      <div className="flex flex-wrap items-center gap-1">
        <span className="mr-1 min-w-0 grow cursor-grab truncate font-semibold" title="Drag to move">
          <span aria-hidden="true">⠿ </span>
          {title}
        </span>
        {button("Move to the front", "←", () => onChange(moved(board.tiles, at, at - 1)), at === 0)}
        {button("Move back", "→", () => onChange(moved(board.tiles, at, at + 1)), at === board.tiles.length - 1)}
        {button("Narrower", "−", () => put(resized(tile, -1)), tile.width <= 3)}
        {button("Wider", "+", () => put(resized(tile, 1)), tile.width >= 12)}
        {button("Delete", "✕", () => onChange(board.tiles.filter((_, i) => i !== at)))}
      </div>
      {(spec?.options.length ?? 0) > 0 && (
        <div className="mt-1 flex flex-wrap gap-2">
          {spec?.options.map((one) => (
            // biome-ignore lint/a11y/noLabelWithoutControl: the control is one of the two within
            <label key={one.name} className="flex min-w-0 items-center gap-1 text-xs">
              {one.title}
              {one.type === "choice" ? (
                <select
                  className="field max-w-44"
                  value={option(tile, one.name)}
                  onChange={(event) => put(withOption(tile, one.name, event.target.value))}
                >
                  {one.choices?.map(([word, text]) => (
                    <option key={word} value={word}>
                      {text}
                    </option>
                  ))}
                </select>
              ) : (
                <input
                  className={`field ${one.type === "number" ? "w-16" : "w-48"}`}
                  type={one.type === "number" ? "number" : "text"}
                  min={one.least}
                  max={one.most}
                  placeholder={one.placeholder}
                  value={option(tile, one.name)}
                  onChange={(event) => put(withOption(tile, one.name, event.target.value))}
                />
              )}
            </label>
          ))}
          <label className="flex min-w-0 items-center gap-1 text-xs">
            Title
            <input
              className="field w-40"
              placeholder="as usual"
              value={typeof tile.options?.title === "string" ? tile.options.title : ""}
              onChange={(event) => put(withOption(tile, "title", event.target.value))}
            />
          </label>
        </div>
      )}
    </div>
  );
}
