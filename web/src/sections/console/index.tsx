import { SectionHead } from "../../parts/SectionHead";
import { choice, text, useParams } from "../../url/params";
import { Dsl } from "./Dsl";
import { Sql } from "./Sql";

const CONSOLE = {
  tab: choice(["dsl", "sql"], "dsl"),
  /** What was asked, of each tab; a link with it asks it again. */
  dsl: text(),
  sql: text(),
};

const TABS = [
  ["dsl", "Query DSL", "as Elasticsearch and Kibana's Dev Tools have it"],
  ["sql", "SQL", "over the same flows, read only"],
] as const;

export default function Console() {
  const [state, set] = useParams(CONSOLE);
  return (
    <>
      <SectionHead title="Console" />
      <div role="tablist" aria-label="Language" className="mb-2 flex gap-1 border-b border-line">
        {TABS.map(([tab, name, about]) => (
          <button
            key={tab}
            type="button"
            role="tab"
            id={`console-${tab}`}
            aria-selected={state.tab === tab}
            aria-controls="console-panel"
            tabIndex={state.tab === tab ? 0 : -1}
            title={about}
            className={`cursor-pointer border-b-2 px-3 py-1.5 ${state.tab === tab ? "border-brand font-semibold" : "border-transparent text-soft hover:text-ink"}`}
            onClick={() => set({ tab })}
            onKeyDown={(event) => {
              if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return;
              const other = tab === "dsl" ? "sql" : "dsl";
              set({ tab: other });
              document.getElementById(`console-${other}`)?.focus();
            }}
          >
            {name}
          </button>
        ))}
      </div>
      <div role="tabpanel" id="console-panel" aria-labelledby={`console-${state.tab}`}>
        {state.tab === "dsl" ? (
          <Dsl asked={state.dsl} onAsk={(dsl) => set({ dsl })} />
        ) : (
          <Sql asked={state.sql} onAsk={(sql) => set({ sql })} />
        )}
      </div>
    </>
  );
}
