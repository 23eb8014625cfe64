// Light or dark: as the system says, unless somebody chose.
import { useSyncExternalStore } from "react";

export type Theme = "system" | "light" | "dark";
const KEY = "weir.theme";
const watchers = new Set<() => void>();

export function savedTheme(): Theme {
  try {
    const saved = localStorage.getItem(KEY);
    return saved === "light" || saved === "dark" ? saved : "system";
  } catch {
    return "system"; // storage may be forbidden
  }
}

export function applyTheme(theme: Theme): void {
  if (theme === "system") {
    delete document.documentElement.dataset.theme;
  } else {
    document.documentElement.dataset.theme = theme;
  }
  try {
    localStorage.setItem(KEY, theme);
  } catch {
    // Then it holds until the page is left.
  }
  for (const tell of watchers) tell();
}

export function applySavedTheme(): void {
  applyTheme(savedTheme());
}

const systemDark = () => globalThis.matchMedia?.("(prefers-color-scheme: dark)");

function isDark(): boolean {
  const chosen = globalThis.document?.documentElement.dataset.theme;
  return chosen ? chosen === "dark" : (systemDark()?.matches ?? false);
}

function watch(tell: () => void): () => void {
  watchers.add(tell);
  const media = systemDark();
  media?.addEventListener("change", tell);
  return () => {
    watchers.delete(tell);
    media?.removeEventListener("change", tell);
  };
}

/** Whether the page is dark now; for what is painted rather than styled. */
export function useDark(): boolean {
  return useSyncExternalStore(watch, isDark, () => false);
}
