// The token of the person at this page: in this tab's memory only, gone when the page is left or loaded again.
import { useSyncExternalStore } from "react";

let held = "";
const watchers = new Set<() => void>();

export function setToken(token: string): void {
  held = token.trim();
  for (const tell of watchers) tell();
}

export function useToken(): string {
  return useSyncExternalStore(
    (tell) => {
      watchers.add(tell);
      return () => {
        watchers.delete(tell);
      };
    },
    () => held,
  );
}
