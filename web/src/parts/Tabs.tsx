import { useEffect, useRef } from "react";

interface Props<T extends string> {
  /** What they are tabs of, for those who do not see them. */
  label: string;
  /** Its word in the address, its title, and what it is good for. */
  tabs: readonly (readonly [T, string, string?])[];
  here: T;
  onChoose: (tab: T) => void;
}

/** The pages of a section; which one is shown stands in the address. */
export function Tabs<T extends string>({ label, tabs, here, onChoose }: Props<T>) {
  const row = useRef<HTMLElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another tab is another place to scroll to
  useEffect(() => {
    const current = row.current?.querySelector<HTMLElement>("[aria-current]");
    if (row.current && current) row.current.scrollLeft = current.offsetLeft - row.current.offsetLeft - 24;
  }, [here]);
  return (
    <nav ref={row} aria-label={label} className="tabs">
      {tabs.map(([tab, title, about]) => (
        <button
          key={tab}
          type="button"
          className={`tab ${tab === here ? "tab-here" : ""}`}
          title={about}
          aria-current={tab === here ? "page" : undefined}
          onClick={() => onChoose(tab)}
        >
          {title}
        </button>
      ))}
    </nav>
  );
}
