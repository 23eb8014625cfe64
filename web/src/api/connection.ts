// Whether the server answers and knows us: one place, so that the whole page says it once and comes back by itself.
import { useSyncExternalStore } from "react";

export type ConnectionState = "ok" | "lost" | "signed-out";

const PROBE_MS = 2000;

function makeConnection() {
  let state: ConnectionState = "ok";
  let timer: ReturnType<typeof setTimeout> | undefined;
  const watchers = new Set<() => void>();

  const become = (next: ConnectionState) => {
    if (next === state) return;
    state = next;
    for (const tell of watchers) tell();
  };
  const probe = async () => {
    try {
      const answer = await fetch("/healthz", { cache: "no-store" });
      if (answer.ok) return become("ok");
    } catch {
      // still away
    }
    timer = setTimeout(probe, PROBE_MS);
  };
  return {
    state: () => state,
    /** A request found nobody: /healthz is asked until somebody answers. */
    lost() {
      if (state === "lost") return;
      become("lost");
      clearTimeout(timer);
      timer = setTimeout(probe, PROBE_MS);
    },
    signedOut: () => become("signed-out"),
    signedIn: () => become("ok"),
    watch(tell: () => void) {
      watchers.add(tell);
      return () => {
        watchers.delete(tell);
      };
    },
  };
}

export const connection = makeConnection();

export function useConnection(): ConnectionState {
  return useSyncExternalStore(connection.watch, connection.state);
}
