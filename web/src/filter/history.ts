// Filters that this reader used, and those saved for this browser alone; those for everybody are on the server (SavedFilters.tsx).

const HISTORY = "weir.filters.used";
const SAVED = "weir.filters.saved";
const MOST_USED = 40;

export interface SavedFilter {
  name: string;
  filter: string;
}

function read<T>(key: string, isOne: (value: unknown) => value is T): T[] {
  try {
    const held: unknown = JSON.parse(localStorage.getItem(key) ?? "[]");
    return Array.isArray(held) ? held.filter(isOne) : [];
  } catch {
    return [];
  }
}
function write(key: string, value: unknown): void {
  try {
    localStorage.setItem(key, JSON.stringify(value));
  } catch {
    // Storage may be forbidden or full; then nothing is remembered.
  }
}

export function usedFilters(): string[] {
  return read(HISTORY, (one): one is string => typeof one === "string");
}
export function rememberFilter(filter: string): void {
  const text = filter.trim();
  if (text === "") return;
  write(HISTORY, [text, ...usedFilters().filter((one) => one !== text)].slice(0, MOST_USED));
}

export function savedFilters(): SavedFilter[] {
  return read(
    SAVED,
    (one): one is SavedFilter =>
      typeof one === "object" &&
      one !== null &&
      typeof (one as SavedFilter).name === "string" &&
      typeof (one as SavedFilter).filter === "string",
  );
}
/** Saves it; one of the same name goes. */
export function saveFilter(name: string, filter: string): void {
  const others = savedFilters().filter((one) => one.name !== name);
  write(
    SAVED,
    [...others, { name, filter }].sort((a, b) => a.name.localeCompare(b.name)),
  );
}
export function forgetFilter(name: string): void {
  write(
    SAVED,
    savedFilters().filter((one) => one.name !== name),
  );
}
