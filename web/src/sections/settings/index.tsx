import type { ComponentType } from "react";
import { SectionHead } from "../../parts/SectionHead";
import { choice, useParams } from "../../url/params";
import { Access } from "./Access";
import { AllKeys } from "./AllKeys";
import { Health } from "./Health";
import { Names } from "./Names";
import { Routers } from "./Routers";
import { Routes } from "./Routes";
import { Storage } from "./Storage";

const PAGES = ["exporters", "routers", "names", "routes", "storage", "access", "configuration"] as const;
const SETTINGS = { page: choice(PAGES, "exporters") };

const TITLES: Record<(typeof PAGES)[number], [string, ComponentType]> = {
  exporters: ["Exporters", Health],
  routers: ["Add a router", Routers],
  names: ["Interfaces and names", Names],
  routes: ["Sources of routes", Routes],
  storage: ["Retention and disk", Storage],
  access: ["Users and tokens", Access],
  configuration: ["Configuration", AllKeys],
};

export default function Settings() {
  const [{ page }, set] = useParams(SETTINGS);
  const [title, Page] = TITLES[page];
  return (
    <>
      <SectionHead title="Settings" />
      <nav aria-label="Settings" className="mb-3 flex flex-wrap gap-1 border-b border-line">
        {PAGES.map((one) => (
          <button
            key={one}
            type="button"
            aria-current={page === one ? "page" : undefined}
            className={`cursor-pointer border-b-2 px-3 py-1.5 ${page === one ? "border-brand font-semibold" : "border-transparent text-soft hover:text-ink"}`}
            onClick={() => set({ page: one })}
          >
            {TITLES[one][0]}
          </button>
        ))}
      </nav>
      <h2 className="sr-only">{title}</h2>
      <Page />
    </>
  );
}
