import { useState } from "react";
import { type ColumnInfo, columnTitle } from "../names/columns";
import { Popup } from "./Popup";

interface Props {
  /** What is chosen for: "Group by", "Columns". */
  label: string;
  columns: readonly ColumnInfo[];
  chosen: readonly string[];
  onChange: (chosen: string[]) => void;
  most?: number;
}

/** The chosen columns as words that can be moved and taken away, and a searched list of the others. */
export function ColumnPicker({ label, columns, chosen, onChange, most = 8 }: Props) {
  const without = (name: string) => chosen.filter((one) => one !== name);
  const earlier = (i: number) => {
    const next = [...chosen];
    const [moved] = next.splice(i, 1);
    if (moved !== undefined) next.splice(i - 1, 0, moved);
    onChange(next);
  };
  return (
    <fieldset className="flex flex-wrap items-center gap-1">
      <legend className="float-left mr-1.5 leading-7 text-soft">{label}</legend>
      {chosen.map((name, i) => (
        <span
          key={name}
          className="chip"
          title={`${name}: ${columns.find((column) => column.name === name)?.meaning ?? ""}`}
        >
          {i > 0 && (
            <button
              type="button"
              aria-label={`${columnTitle(name)}: move to the left`}
              title="Move to the left"
              onClick={() => earlier(i)}
            >
              ‹
            </button>
          )}
          <span className="px-1">{columnTitle(name)}</span>
          <button
            type="button"
            aria-label={`${columnTitle(name)}: take away`}
            title="Take away"
            onClick={() => onChange(without(name))}
          >
            ×
          </button>
        </span>
      ))}
      <Popup label="+ Add" name={`+ Add to ${label}`} panelClass="w-80 p-2" disabled={chosen.length >= most}>
        {(close) => (
          <Others
            columns={columns.filter((column) => !chosen.includes(column.name))}
            onChoose={(name) => {
              onChange([...chosen, name]);
              close();
            }}
          />
        )}
      </Popup>
    </fieldset>
  );
}

function Others({ columns, onChoose }: { columns: readonly ColumnInfo[]; onChoose: (name: string) => void }) {
  const [typed, setTyped] = useState("");
  const wanted = typed.trim().toLowerCase();
  const found = columns.filter((column) =>
    `${column.name} ${column.alias ?? ""} ${columnTitle(column.name)} ${column.meaning}`.toLowerCase().includes(wanted),
  );
  return (
    <>
      <input
        className="field mb-1 w-full"
        aria-label="Search columns"
        placeholder="Search"
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
        onKeyDown={(event) => {
          const first = found[0];
          if (event.key === "Enter" && first) onChoose(first.name);
        }}
      />
      <div className="max-h-72 overflow-y-auto">
        {found.map((column) => (
          <button key={column.name} type="button" className="choice" onClick={() => onChoose(column.name)}>
            {columnTitle(column.name)} <code className="text-soft">{column.name}</code>{" "}
            <span className="text-soft">{column.meaning}</span>
          </button>
        ))}
        {found.length === 0 && <p className="p-1 text-soft">No column has this in its name or meaning.</p>}
      </div>
    </>
  );
}
