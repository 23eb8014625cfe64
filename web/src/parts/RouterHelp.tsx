import { type KeyboardEvent, useId, useRef, useState } from "react";
import type { Status } from "../api/types";
import { fillIn, type Router, routers } from "../routers/routers";
import { copyText } from "./copy";

interface Props {
  status: Status | null;
  /** Nothing has been heard yet: this is the page's first word. */
  first: boolean;
}

const FIRST_SHOWN = "cisco-ios-xe";

/** The address by which routers reach this server: what the browser used, or else the machine's own. */
export function likelyAddress(hostname: string, status: Status | null): string {
  const bare = hostname.replace(/^\[|\]$/g, "");
  const loopback = bare === "" || bare === "localhost" || bare === "::1" || bare.startsWith("127.");
  return loopback ? (status?.listen.addresses[0] ?? "") : bare;
}

export function RouterHelp({ status, first }: Props) {
  const [typed, setTyped] = useState<string | null>(null);
  const [chosen, setChosen] = useState(FIRST_SHOWN);
  const ports = status?.listen.udp_ports ?? [2055];
  const [port, setPort] = useState<number | null>(null);
  const address = typed ?? likelyAddress(globalThis.location?.hostname ?? "", status);
  const router = routers.find((one) => one.id === chosen) ?? routers[0];
  const id = useId();
  if (!router) return null;
  return (
    <div className="card px-4 py-4 sm:px-6">
      {first && (
        <>
          <h2 className="text-lg font-semibold">Weir is ready. Now point a router at it.</h2>
          <p className="max-w-prose pt-1 pb-4 text-soft">
            No flow has arrived yet. Type this on a router; its flows appear here within a minute, by themselves.
          </p>
        </>
      )}
      <div className="flex flex-wrap gap-x-6 gap-y-3 pb-4 text-sm">
        <label className="flex items-center gap-2">
          This server's address, as routers see it
          <input
            className="w-56 rounded-md border border-line bg-page px-2 py-1 font-mono"
            value={address}
            spellCheck={false}
            placeholder="192.0.2.10"
            onChange={(event) => setTyped(event.target.value.trim())}
          />
        </label>
        <label className="flex items-center gap-2">
          UDP port
          <select
            className="rounded-md border border-line bg-page px-2 py-1 font-mono"
            value={port ?? ports[0]}
            onChange={(event) => setPort(Number(event.target.value))}
          >
            {ports.map((one) => (
              <option key={one} value={one}>
                {one}
              </option>
            ))}
          </select>
          <span className="text-soft">any protocol on any of them</span>
        </label>
      </div>
      <Tabs id={id} chosen={router.id} choose={setChosen} />
      <Panel
        key={router.id}
        id={id}
        router={router}
        text={fillIn(router.configuration, address || "ADDRESS-OF-THIS-SERVER", port ?? ports[0] ?? 2055)}
      />
    </div>
  );
}

/** Tabs after the WAI-ARIA pattern: one is in the tab order, the arrow keys move between them. */
function Tabs({ id, chosen, choose }: { id: string; chosen: string; choose: (router: string) => void }) {
  const list = useRef<HTMLDivElement>(null);
  const onKeyDown = (event: KeyboardEvent) => {
    const now = routers.findIndex((router) => router.id === chosen);
    const moves: Record<string, number> = { ArrowRight: now + 1, ArrowLeft: now - 1, Home: 0, End: routers.length - 1 };
    const to = moves[event.key];
    if (to === undefined) return;
    event.preventDefault();
    const next = routers[(to + routers.length) % routers.length];
    if (!next) return;
    choose(next.id);
    list.current?.querySelector<HTMLElement>(`[data-router="${next.id}"]`)?.focus();
  };
  return (
    <div ref={list} role="tablist" aria-label="Kind of router" className="flex flex-wrap gap-1" onKeyDown={onKeyDown}>
      {routers.map((router) => {
        const isChosen = router.id === chosen;
        return (
          <button
            key={router.id}
            type="button"
            role="tab"
            data-router={router.id}
            id={`${id}-tab-${router.id}`}
            aria-selected={isChosen}
            aria-controls={`${id}-panel`}
            tabIndex={isChosen ? 0 : -1}
            onClick={() => choose(router.id)}
            className={`cursor-pointer rounded-md px-3 py-1.5 text-sm ${isChosen ? "bg-brand-soft font-semibold text-ink" : "text-soft hover:bg-sunken"}`}
          >
            {router.name}
          </button>
        );
      })}
    </div>
  );
}

function Panel({ id, router, text }: { id: string; router: Router; text: string }) {
  const [said, setSaid] = useState("");
  const box = useRef<HTMLPreElement>(null);
  const copy = async () => {
    const done = await copyText(text, box.current);
    setSaid(done ? "Copied" : "Marked: press Ctrl-C to copy");
  };
  return (
    <div role="tabpanel" id={`${id}-panel`} aria-labelledby={`${id}-tab-${router.id}`} className="pt-3">
      <p className="max-w-4xl pb-2 text-sm text-soft">
        <b className="font-semibold text-ink">{router.protocol}.</b> {router.notes}
      </p>
      <div className="relative">
        <div className="absolute top-2 right-2 flex items-center gap-2">
          <span role="status" className="text-xs text-soft">
            {said}
          </span>
          <button
            type="button"
            onClick={copy}
            className="cursor-pointer rounded-md border border-line bg-card px-3 py-1 text-sm font-medium hover:bg-brand-soft"
          >
            Copy
          </button>
        </div>
        <section
          // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard must reach it
          tabIndex={0}
          aria-label={`Configuration for ${router.name}`}
          className="max-h-[34rem] overflow-auto rounded-lg bg-sunken p-4"
        >
          <pre ref={box} className="m-0 font-mono text-[0.8rem] leading-relaxed">
            {text}
          </pre>
        </section>
      </div>
    </div>
  );
}
