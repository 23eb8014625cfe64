import { useMemo } from "react";
import { type Pickable, PickMany } from "../../parts/PickMany";
import { choiceText, joinNames, type Parameter, RESOLUTIONS, splitNames } from "./catalogue";

interface Props {
  parameter: Parameter;
  value: string;
  onChange: (value: string) => void;
  options: readonly Pickable[] | undefined;
  /** The server says that this one is wrong. */
  problem: string | null;
}

/** One field of the form, by the type that the catalogue gives it. */
export function Field({ parameter, value, onChange, options, problem }: Props) {
  const { name, title, type, meaning } = parameter;
  const chosen = useMemo(() => splitNames(value), [value]);
  if (type === "names" && options) {
    return (
      <div>
        <PickMany
          label={title}
          title={meaning}
          chosen={chosen}
          onChange={(next) => onChange(joinNames(next))}
          options={options}
        />
        {problem && <Wrong name={name} text={problem} />}
      </div>
    );
  }
  return (
    <div>
      {/* biome-ignore lint/a11y/noLabelWithoutControl: the control is within Input */}
      <label className="flex min-w-0 flex-col gap-0.5" title={meaning}>
        <span className="text-xs text-soft">{title}</span>
        <Input parameter={parameter} value={value} onChange={onChange} wrong={problem !== null} />
      </label>
      {problem && <Wrong name={name} text={problem} />}
    </div>
  );
}

function Wrong({ name, text }: { name: string; text: string }) {
  return (
    <p id={`wrong-${name}`} role="alert" className="text-xs text-bad">
      {text}
    </p>
  );
}

function Input({ parameter, value, onChange, wrong }: Omit<Props, "options" | "problem"> & { wrong: boolean }) {
  const { name, type, choices, example } = parameter;
  const usual = parameter.default ?? "";
  const told = wrong ? { "aria-invalid": true, "aria-describedby": `wrong-${name}` } : {};
  if (type === "choice" || name === "resolution") {
    const rows: [string, string][] =
      name === "resolution" ? RESOLUTIONS : choices.map((word) => [word === usual ? "" : word, choiceText(word)]);
    const known = rows.some(([word]) => word === value);
    return (
      <select
        className="field w-full"
        name={name}
        value={value === usual ? "" : value}
        onChange={(event) => onChange(event.target.value)}
        {...told}
      >
        {!known && value !== usual && <option value={value}>{value}</option>}
        {rows.map(([word, text]) => (
          <option key={word} value={word}>
            {text}
          </option>
        ))}
      </select>
    );
  }
  return (
    <input
      className="field w-full"
      name={name}
      value={value}
      inputMode={type === "count" ? "numeric" : undefined}
      placeholder={type === "count" ? usual || "none" : example ? `e.g. ${example}` : ""}
      spellCheck={false}
      autoComplete="off"
      onChange={(event) => onChange(event.target.value)}
      {...told}
    />
  );
}
