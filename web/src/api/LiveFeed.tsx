import { createContext, type ReactNode, useContext } from "react";
import { type Live, NOTHING_YET, useLive } from "./live";

const LiveContext = createContext<Live>(NOTHING_YET);

/** One connection for the whole page: a browser opens at most six to a server. */
export function LiveFeed({ children }: { children: ReactNode }) {
  return <LiveContext value={useLive()}>{children}</LiveContext>;
}

export function useLiveFeed(): Live {
  return useContext(LiveContext);
}
