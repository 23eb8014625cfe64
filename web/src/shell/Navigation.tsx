import { useState } from "react";
import { Link, useLocation, useSearch } from "wouter";
import { SECTIONS, type Section } from "../sections/sections";
import { TIME_PARAMS } from "../time/useTime";
import { readable } from "../url/params";

/** The address of a section with the time range of this one. */
export function useSectionLink(): (path: string) => string {
  const search = useSearch();
  return (path) => {
    const now = new URLSearchParams(search);
    const kept = new URLSearchParams();
    for (const name of Object.keys(TIME_PARAMS)) {
      const value = now.get(name);
      if (value !== null) kept.set(name, value);
    }
    return path + readable(kept);
  };
}

const GROUPS: Section["group"][] = ["Look", "Defend", "Run"];

export function Navigation() {
  const [path] = useLocation();
  const [open, setOpen] = useState(false);
  const link = useSectionLink();
  return (
    <nav aria-label="Sections" className="navigation">
      <div className="flex items-center gap-2 px-3 py-2">
        <img src="/weir.svg" alt="" width={24} height={24} />
        <span className="text-base font-bold tracking-tight">Weir</span>
        <span className="grow" />
        <button type="button" className="button lg:hidden" aria-expanded={open} onClick={() => setOpen(!open)}>
          {open ? "Close" : "Sections"}
        </button>
      </div>
      <div className={`${open ? "block" : "hidden"} pb-2 lg:block`}>
        {GROUPS.map((group) => {
          const rows = SECTIONS.filter((section) => section.group === group);
          if (rows.length === 0) return null;
          return (
            <ul key={group} className="border-t border-line py-1.5 first:border-0" aria-label={group}>
              {rows.map((section) => (
                <li key={section.path}>
                  <Link
                    href={link(section.path)}
                    className="navigation-link"
                    aria-current={path === section.path ? "page" : undefined}
                    onClick={() => setOpen(false)}
                  >
                    <svg viewBox="0 0 20 20" width={16} height={16} aria-hidden="true" className="shrink-0">
                      <path
                        d={section.icon}
                        fill="none"
                        stroke="currentColor"
                        strokeWidth={1.6}
                        strokeLinejoin="round"
                        strokeLinecap="round"
                      />
                    </svg>
                    {section.name}
                  </Link>
                </li>
              ))}
            </ul>
          );
        })}
      </div>
    </nav>
  );
}
