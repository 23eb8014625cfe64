// The token of the person who decides: at first the one of the log-in, where there was one. Another stays in this tab's memory
// only, gone when the page is left or loaded again.
import { useSyncExternalStore } from "react";
import { sessionToken } from "./session";

let held: string | null = null;
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
    () => held ?? sessionToken(),
  );
}
