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
  {
    path: "/report",
    name: "Traffic report",
    about: "the usage reports: a form, a chart, a table",
    key: "r",
    icon: "M4 2h9l3 3v13H4zM7 9h6M7 12h6M7 15h4",
    group: "Look",
    timed: true,
    load: () => import("./report"),
  },
  {
    path: "/interfaces",
    name: "Interfaces",
    about: "day, week, month and year of every interface",
    key: "i",
    icon: "M3 5h14v10H3zM6 15v-3M9 15v-6M12 15v-4M15 15V8",
    group: "Look",
    timed: false,
    load: () => import("./interfaces"),
  },
  {
    path: "/ddos",
    name: "DDoS",
    about: "attacks, their evidence, and the rules that find them",
    key: "a",
    icon: "M10 2l7 3v5c0 4-3 7-7 8-4-1-7-4-7-8V5zM10 6v5M10 14v0.1",
    group: "Defend",
    timed: true,
    load: () => import("./ddos"),
  },
  {
    path: "/mitigation",
    name: "Mitigation",
    about: "what is announced against attacks, and who decides",
    key: "m",
    icon: "M10 2l7 3v5c0 4-3 7-7 8-4-1-7-4-7-8V5zM7 10l2 2 4-4",
    group: "Defend",
    timed: false,
    load: () => import("./mitigation"),
  },
  {
    path: "/customers",
    name: "Customers",
    about: "customers and regions: traffic, profile, cost",
    key: "c",
    icon: "M7 9a3 3 0 1 0 0-6 3 3 0 0 0 0 6zM2 17c0-3 2-5 5-5s5 2 5 5M13 4a3 3 0 0 1 0 6M14 12c2 .5 4 2 4 5",
    group: "Run",
    timed: true,
    load: () => import("./customers"),
  },
  {
    path: "/billing",
    name: "Billing",
    about: "bills at the 95th percentile",
    key: "b",
    icon: "M5 2h10v16l-2.500-1.500L10 18l-2.500-1.500L5 18zM8 6h4M8 9h4M8 12h2",
    group: "Run",
    timed: false,
    load: () => import("./billing"),
  },
  {
    path: "/console",
    name: "Console",
    about: "Query DSL and SQL",
    key: "q",
    icon: "M3 4h14v12H3zM6 8l3 2-3 2M10 13h4",
    group: "Run",
    timed: false,
    load: () => import("./console"),
  },
  {
    path: "/settings",
    name: "Settings",
    about: "exporters and their health, routers, names, routes, disk, access",
    key: "s",
    icon: "M3 6h8M15 6h2M13 4v4M3 14h2M9 14h8M7 12v4",
    group: "Run",
    timed: false,
    load: () => import("./settings"),
  },
];

export function sectionAt(path: string): Section | undefined {
  return SECTIONS.find((section) => section.path === path);
}
