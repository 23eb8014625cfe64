import { QueryClientProvider } from "@tanstack/react-query";
import { type ComponentType, lazy, Suspense, useMemo, useState } from "react";
import { Link, useLocation } from "wouter";
import { LiveFeed } from "../api/LiveFeed";
import { makeQueryClient } from "../api/useApi";
import { SECTIONS, sectionAt } from "../sections/sections";
import { TimePicker } from "../time/TimePicker";
import { TimeProvider } from "../time/useTime";
import { Banner } from "./Banner";
import { Failure } from "./Failure";
import { Health } from "./Health";
import { Help } from "./Help";
import { useShortcuts } from "./keyboard";
import { Navigation, useSectionLink } from "./Navigation";
import { ThemeChoice } from "./ThemeChoice";

const LOADED = new Map<string, ComponentType>(SECTIONS.map((section) => [section.path, lazy(section.load)]));

export function App() {
  const client = useMemo(makeQueryClient, []);
  return (
    <QueryClientProvider client={client}>
      <LiveFeed>
        <TimeProvider>
          <Frame />
        </TimeProvider>
      </LiveFeed>
    </QueryClientProvider>
  );
}

function Frame() {
  const [path, go] = useLocation();
  const [help, setHelp] = useState(false);
  const link = useSectionLink();
  const section = sectionAt(path);
  const Shown = LOADED.get(path);
  useShortcuts({ onHelp: () => setHelp(true), onSection: (next) => go(link(next.path)) });
  return (
    <div className="frame">
      <a href="#content" className="skip">
        Skip to the content
      </a>
      <Navigation />
      <div className="flex min-w-0 grow flex-col">
        <header className="topbar">
          {section?.timed && <TimePicker />}
          <span className="grow" />
          <Health />
          <ThemeChoice />
          <button type="button" className="button" onClick={() => setHelp(true)} aria-label="Help" title="Help (?)">
            ?
          </button>
        </header>
        <Banner />
        <main id="content" tabIndex={-1} className="content">
          <Failure key={path}>
            <Suspense fallback={<div className="skeleton min-h-60" />}>
              {Shown ? <Shown /> : <Nowhere path={path} />}
            </Suspense>
          </Failure>
        </main>
      </div>
      <Help open={help} onClose={() => setHelp(false)} />
    </div>
  );
}

function Nowhere({ path }: { path: string }) {
  return (
    <div className="notice border-line bg-sunken">
      <h1 className="font-semibold">There is no page {path}</h1>
      <Link href="/" className="link">
        To the dashboard
      </Link>
    </div>
  );
}
