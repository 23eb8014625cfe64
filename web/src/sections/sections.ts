// THE table of sections: navigation, addresses, shortcuts and what is loaded for each follow from it. To add a section, make a
// folder beside this file whose index.tsx has the section as its default export, and add one row here.
import type { ComponentType } from "react";

export interface Section {
  /** Its address; embed.mjs reads the paths from this file, so each stands literally here. */
  path: string;
  name: string;
  /** One line, for the help. */
  about: string;
  /** Pressed after "g". */
  key: string;
  /** An SVG path in a square of 20. */
  icon: string;
  group: "Look" | "Defend" | "Run";
  /** False: the section has no time range, so the time picker is not shown. */
  timed: boolean;
  load: () => Promise<{ default: ComponentType }>;
}

export const SECTIONS: readonly Section[] = [
  {
    path: "/",
    name: "Dashboard",
    about: "what moves now",
    key: "d",
    icon: "M3 3h6v8H3zM11 3h6v4h-6zM11 9h6v8h-6zM3 13h6v4H3z",
    group: "Look",
    timed: false,
    load: () => import("./dashboard"),
  },
  {
    path: "/explore",
    name: "Explore",
    about: "any question, as graphs and figures",
    key: "e",
    icon: "M3 3v14h14M6 13l3-4 3 2 4-6",
    group: "Look",
    timed: true,
    load: () => import("./explore"),
  },
  {
    path: "/flows",
    name: "Flows",
    about: "the records themselves",
    key: "f",
    icon: "M3 4h14M3 8h14M3 12h14M3 16h9",
    group: "Look",
    timed: true,
    load: () => import("./flows"),
  },
];

export function sectionAt(path: string): Section | undefined {
  return SECTIONS.find((section) => section.path === path);
}
