import { useState } from "react";
import type { Severity, Status } from "../api/types";
import { applyTheme, savedTheme, type Theme } from "../theme";

interface Props {
  connected: boolean;
  health: Severity | null;
  /** No exporter has been heard yet. */
  waiting: boolean;
  status: Status | null;
}

const WORDS: Record<Severity, { word: string; tone: string; mark: string }> = {
  good: { word: "All good", tone: "text-good", mark: "●" },
  note: { word: "All good", tone: "text-good", mark: "●" },
  attention: { word: "Needs attention", tone: "text-warn", mark: "▲" },
  trouble: { word: "In trouble", tone: "text-bad", mark: "■" },
};
const WAITING = { word: "Waiting for the first flows", tone: "text-soft", mark: "◌" };

export function Header({ connected, health, waiting, status }: Props) {
  return (
    <header className="border-b border-line bg-card">
      <div className="mx-auto flex max-w-7xl flex-wrap items-center gap-x-4 gap-y-2 px-4 py-3 sm:px-6">
        <img src="/weir.svg" alt="" width={32} height={32} />
        <h1 className="text-xl font-bold tracking-tight">Weir</h1>
        <span className="hidden text-soft sm:inline">network flows, live</span>
        <span className="grow" />
        <State connected={connected} health={health} waiting={waiting} />
        {status && <span className="text-sm text-soft">version {status.version}</span>}
        <ThemeChoice />
      </div>
    </header>
  );
}

function State({ connected, health, waiting }: Omit<Props, "status">) {
  if (!connected) {
    return (
      <span role="status" className="text-sm font-medium text-warn">
        <span aria-hidden="true">◌ </span>
        {health === null ? "Connecting to Weir" : "Connection lost; trying again"}
      </span>
    );
  }
  const { word, tone, mark } = waiting ? WAITING : WORDS[health ?? "good"];
  return (
    <span role="status" className={`text-sm font-medium ${tone}`}>
      <span aria-hidden="true">{mark} </span>
      {word}
    </span>
  );
}

function ThemeChoice() {
  const [theme, setTheme] = useState<Theme>(savedTheme);
  return (
    <label className="text-sm text-soft">
      <span className="sr-only">Colours</span>
      <select
        className="rounded-md border border-line bg-card px-2 py-1 text-ink"
        value={theme}
        onChange={(event) => {
          const chosen = event.target.value as Theme;
          setTheme(chosen);
          applyTheme(chosen);
        }}
      >
        <option value="system">As the system</option>
        <option value="light">Light</option>
        <option value="dark">Dark</option>
      </select>
    </label>
  );
}
