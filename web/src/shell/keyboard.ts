// Shortcuts of single keys. They can be turned off (WCAG 2.1.4) and never act while somebody types.
import { useEffect, useRef, useState } from "react";
import { SECTIONS, type Section } from "../sections/sections";

const KEY = "weir.shortcuts";

export function shortcutsOn(): boolean {
  try {
    return localStorage.getItem(KEY) !== "off";
  } catch {
    return true;
  }
}

export function useShortcutsChoice() {
  const [on, setOn] = useState(shortcutsOn);
  const choose = (next: boolean) => {
    setOn(next);
    try {
      localStorage.setItem(KEY, next ? "on" : "off");
    } catch {
      // Then it holds until the page is left.
    }
  };
  return [on, choose] as const;
}

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  // The filter editor lives in a shadow tree; its host says so.
  return (
    target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName) || target.dataset.editor !== undefined
  );
}

export interface Shortcuts {
  onHelp: () => void;
  onSection: (section: Section) => void;
}

/** `/` goes to the element with data-search (its focus() is called), `?` to the help, `g` and a letter to a section. */
export function useShortcuts(shortcuts: Shortcuts): void {
  const latest = useRef(shortcuts);
  latest.current = shortcuts;
  useEffect(() => {
    let afterG = 0;
    const press = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
      if (isTyping(event.target) || document.querySelector("dialog[open]") || !shortcutsOn()) return;
      const second = performance.now() - afterG < 1500;
      afterG = 0;
      const section = second ? SECTIONS.find((one) => one.key === event.key) : undefined;
      if (section) {
        latest.current.onSection(section);
      } else if (event.key === "g") {
        afterG = performance.now();
        return;
      } else if (event.key === "/") {
        const search = document.querySelector<HTMLElement>("[data-search]");
        if (!search) return;
        search.focus();
      } else if (event.key === "?") {
        latest.current.onHelp();
      } else {
        return;
      }
      event.preventDefault();
    };
    document.addEventListener("keydown", press);
    return () => document.removeEventListener("keydown", press);
  }, []);
}
