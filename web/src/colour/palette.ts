// Colours of keys: an autonomous system, a router, a country has the same colour on every screen.
//
// The first eight differ as much as eight colours can, in both themes, also for readers who do not see red and green apart (they
// were found by search; palette.test.ts holds them to it). A key prefers the one of them that its hash gives, so that most
// keys look the same to everybody; where two keys of a chart want the same one the later takes the next free of all, and this
// browser remembers it.

interface Hue {
  light: string;
  dark: string;
}

const HUES: Hue[] = [
  { light: "#6093de", dark: "#85b3f7" }, // sky blue
  { light: "#735111", dark: "#a47207" }, // brown
  { light: "#5aa2ab", dark: "#8aeffc" }, // teal
  { light: "#681158", dark: "#a96f99" }, // plum
  { light: "#8daa0d", dark: "#c3d987" }, // lime
  { light: "#37349c", dark: "#6c72f2" }, // indigo
  { light: "#a2a167", dark: "#c7c20d" }, // khaki
  { light: "#653336", dark: "#d99f9f" }, // maroon
  { light: "#237d4a", dark: "#3f9b63" },
  { light: "#b846aa", dark: "#dd6bcd" },
  { light: "#ca8885", dark: "#f77b78" },
  { light: "#4b5a27", dark: "#829948" },
  { light: "#b46b1b", dark: "#f2a966" },
  { light: "#1a645a", dark: "#01e4cf" },
  { light: "#51993c", dark: "#4ba92d" },
  { light: "#4c4e83", dark: "#8f92f3" },
  { light: "#97688f", dark: "#eb9bdf" },
  { light: "#bb3967", dark: "#cd6080" },
  { light: "#3a96c6", dark: "#2a87b5" },
  { light: "#743816", dark: "#ad7052" },
  { light: "#7f48ae", dark: "#9d6ace" },
  { light: "#cd7796", dark: "#ec92b2" },
  { light: "#e47b49", dark: "#fdc0a5" },
  { light: "#653e5e", dark: "#fbcaf0" },
];
export const SLOTS = HUES.length;
const PREFERRED = 8;
const OTHER: Hue = { light: "#8b989b", dark: "#6b7d80" };
const REMEMBERED = 600;
const STORE = "weir.colours";

/** FNV-1a; the same in every browser. */
export function slotOf(key: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < key.length; i++) hash = Math.imul(hash ^ key.charCodeAt(i), 0x01000193);
  return (hash >>> 8) % PREFERRED;
}

/** Which slot each key has. Keys of one chart are asked for together: none of the first SLOTS of them shares a slot. */
export class Colours {
  private readonly slots = new Map<string, number>();

  constructor(remembered: [string, number][] = []) {
    for (const [key, slot] of remembered) if (slot >= 0 && slot < SLOTS) this.slots.set(key, slot);
  }

  /** The slots of the keys of one chart, most important first. */
  assign(keys: readonly string[]): number[] {
    const taken = new Set<number>();
    const mine = new Map<string, number>();
    const seat = (key: string, wanted: number) => {
      let slot = wanted;
      for (let tried = 0; taken.has(slot) && taken.size < SLOTS && tried < SLOTS; tried++) slot = (slot + 1) % SLOTS;
      taken.add(slot);
      mine.set(key, slot);
      if (!this.slots.has(key)) this.slots.set(key, slot);
    };
    const all = [...new Set(keys)];
    const known = all.filter((key) => this.slots.has(key));
    // Keys that were met before keep their slots, however important a stranger is.
    for (const key of known) seat(key, this.slots.get(key) ?? 0);
    for (const key of all) if (!mine.has(key)) seat(key, slotOf(key));
    return keys.map((key) => mine.get(key) ?? 0);
  }

  remembered(): [string, number][] {
    return [...this.slots].slice(-REMEMBERED);
  }
}

let shared: Colours | null = null;
function sharedColours(): Colours {
  if (shared) return shared;
  let remembered: [string, number][] = [];
  try {
    const saved: unknown = JSON.parse(localStorage.getItem(STORE) ?? "[]");
    if (Array.isArray(saved)) remembered = saved.filter((pair) => Array.isArray(pair) && pair.length === 2);
  } catch {
    // Storage may be forbidden, or hold another thing.
  }
  shared = new Colours(remembered);
  return shared;
}

/** CSS colours for the keys of one chart, most important first. Give a key its kind, "as:15169", so that every screen agrees. */
export function coloursOf(keys: readonly string[], dark: boolean): string[] {
  const colours = sharedColours();
  const slots = colours.assign(keys);
  try {
    localStorage.setItem(STORE, JSON.stringify(colours.remembered()));
  } catch {
    // Then the colours hold until the page is left.
  }
  return slots.map((slot) => slotColour(slot, dark));
}

export function slotColour(slot: number, dark: boolean): string {
  const hue = HUES[slot % SLOTS] ?? OTHER;
  return dark ? hue.dark : hue.light;
}

/** Of what is left over, and of nothing known. */
export function otherColour(dark: boolean): string {
  return dark ? OTHER.dark : OTHER.light;
}
