interface Props<T extends string> {
  label: string;
  value: T;
  choices: readonly (readonly [T, string])[];
  onChoose: (value: T) => void;
  disabled?: readonly T[];
}

/** A labelled choice of one of a few. */
export function Choice<T extends string>({ label, value, choices, onChoose, disabled = [] }: Props<T>) {
  return (
    <label className="flex items-center gap-1.5">
      <span className="text-soft">{label}</span>
      <select className="field" value={value} onChange={(event) => onChoose(event.target.value as T)}>
        {choices.map(([word, name]) => (
          <option key={word} value={word} disabled={disabled.includes(word)}>
            {name}
          </option>
        ))}
      </select>
    </label>
  );
}
