import { useLiveFeed } from "../api/LiveFeed";
import type { Live } from "../api/live";
import type { Severity } from "../api/types";

interface State {
  word: string;
  tone: string;
  mark: string;
}
const WORDS: Record<Severity, State> = {
  good: { word: "All good", tone: "text-good", mark: "●" },
  note: { word: "All good", tone: "text-good", mark: "●" },
  attention: { word: "Needs attention", tone: "text-warn", mark: "▲" },
  trouble: { word: "In trouble", tone: "text-bad", mark: "■" },
};

export function stateOf({ connected, exporters }: Live): State {
  if (!connected) {
    const word = exporters === null ? "Connecting to Weir" : "Connection lost; trying again";
    return { word, tone: "text-warn", mark: "◌" };
  }
  if (exporters?.exporter_count === 0) return { word: "Waiting for the first flows", tone: "text-soft", mark: "◌" };
  return WORDS[exporters?.health ?? "good"];
}

/** How Weir and its exporters are, in two words. */
export function Health() {
  const { word, tone, mark } = stateOf(useLiveFeed());
  return (
    <span role="status" className={`whitespace-nowrap font-medium ${tone}`}>
      <span aria-hidden="true">{mark} </span>
      {word}
    </span>
  );
}
