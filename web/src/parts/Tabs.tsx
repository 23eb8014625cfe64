interface Props<T extends string> {
  /** What they are tabs of, for those who do not see them. */
  label: string;
  tabs: readonly (readonly [T, string])[];
  here: T;
  onChoose: (tab: T) => void;
}

/** The pages of a section; which one is shown stands in the address. */
export function Tabs<T extends string>({ label, tabs, here, onChoose }: Props<T>) {
  return (
    <nav aria-label={label} className="mb-3 flex flex-wrap gap-1 border-b border-line">
      {tabs.map(([tab, title]) => (
        <button
          key={tab}
          type="button"
          className={`tab ${tab === here ? "tab-here" : ""}`}
          aria-current={tab === here ? "page" : undefined}
          onClick={() => onChoose(tab)}
        >
          {title}
        </button>
      ))}
    </nav>
  );
}
