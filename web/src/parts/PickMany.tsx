import { useId, useState } from "react";
import { Popup } from "./Popup";

export interface Pickable {
  value: string;
  /** What stands beside it, e.g. the router of an interface. */
  more?: string;
}

interface Props {
  label: string;
  title?: string | undefined;
  chosen: readonly string[];
  onChange: (chosen: string[]) => void;
  /** What there is; what else is chosen or typed is taken too. */
  options: readonly Pickable[];
  /** What is said where nothing is chosen. */
  all?: string;
}

const SHOWN = 200;

/** A field of several names: a button with what is chosen, and under it a list to search and tick. */
export function PickMany({ label, title, chosen, onChange, options, all = "All" }: Props) {
  const id = useId();
  const text =
    chosen.length === 0 ? all : chosen.length <= 2 ? chosen.join(", ") : `${chosen[0]} and ${chosen.length - 1} more`;
  return (
    <div className="flex min-w-0 flex-col gap-0.5" title={title}>
      <span id={id} className="text-xs text-soft">
        {label}
      </span>
      <Popup
        label={
          <span className="flex items-center gap-1">
            <span className="sr-only">{label}: </span>
            <span className={`min-w-0 grow truncate text-left ${chosen.length === 0 ? "text-soft" : ""}`}>{text}</span>
            <span aria-hidden="true">▾</span>
          </span>
        }
        buttonClass="field w-full"
        boxClass="block"
        panelClass="w-72 p-2"
      >
        {() => <Panel label={label} chosen={chosen} onChange={onChange} options={options} />}
      </Popup>
    </div>
  );
}

function Panel({ label, chosen, onChange, options }: Omit<Props, "title" | "all">) {
  const [typed, setTyped] = useState("");
  const wanted = typed.trim().toLowerCase();
  const known = new Set(options.map((one) => one.value));
  const rows: Pickable[] = [...chosen.filter((one) => !known.has(one)).map((value) => ({ value })), ...options];
  const fitting = rows.filter((one) => `${one.value} ${one.more ?? ""}`.toLowerCase().includes(wanted));
  const isNew = wanted !== "" && !rows.some((one) => one.value.toLowerCase() === wanted);
  const turn = (value: string) =>
    onChange(chosen.includes(value) ? chosen.filter((one) => one !== value) : [...chosen, value]);
  return (
    <div className="flex flex-col gap-2">
      <div className="flex gap-2">
        <input
          data-first
          className="field min-w-0 grow"
          aria-label={`Search or type: ${label}`}
          placeholder="search or type"
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
          onKeyDown={(event) => {
            if (event.key !== "Enter" || wanted === "") return;
            event.preventDefault();
            turn(fitting.length === 1 && fitting[0] ? fitting[0].value : typed.trim());
            setTyped("");
          }}
        />
        <button type="button" className="button" disabled={chosen.length === 0} onClick={() => onChange([])}>
          None
        </button>
      </div>
      <ul className="m-0 max-h-64 list-none overflow-auto p-0">
        {isNew && (
          <li>
            <button
              type="button"
              className="link py-1"
              onClick={() => {
                turn(typed.trim());
                setTyped("");
              }}
            >
              Add “{typed.trim()}”
            </button>
          </li>
        )}
        {fitting.slice(0, SHOWN).map((one) => (
          <li key={`${one.value} ${one.more ?? ""}`}>
            <label className="flex min-h-6 cursor-pointer items-center gap-2 rounded px-1 hover:bg-sunken">
              <input type="checkbox" checked={chosen.includes(one.value)} onChange={() => turn(one.value)} />
              <span className="min-w-0 grow truncate">{one.value}</span>
              {one.more && <span className="truncate text-xs text-soft">{one.more}</span>}
            </label>
          </li>
        ))}
        {fitting.length > SHOWN && <li className="text-soft">and {fitting.length - SHOWN} more: type to find them</li>}
        {fitting.length === 0 && !isNew && <li className="text-soft">nothing to choose from yet</li>}
      </ul>
    </div>
  );
}
