import { useApi } from "../../api/useApi";
import { SectionHead } from "../../parts/SectionHead";
import { Notice, Shown } from "../../parts/Shown";
import { Tabs } from "../../parts/Tabs";
import { TokenField } from "../../parts/TokenField";
import { useTime } from "../../time/useTime";
import { useParams } from "../../url/params";
import { Actions } from "./Actions";
import { AuditLog } from "./AuditLog";
import type { Mitigation, MitigationList, Summary } from "./api";
import { Card } from "./Card";
import { NotConfigured } from "./NotConfigured";
import { Over } from "./Over";
import { Propose } from "./Propose";
import { MITIGATION, type MitigationParams } from "./params";
import { grouped } from "./shape";

const LIVE_MS = 2000;
const VIEWS: readonly (readonly [MitigationParams["view"], string])[] = [
  ["now", "Mitigations"],
  ["log", "Audit log"],
  ["actions", "Actions"],
];

export default function MitigationSection() {
  const [state, set] = useParams(MITIGATION);
  const { zoneId } = useTime();
  const api = useApi<MitigationList>("/api/v1/mitigations?closed=500", { every: LIVE_MS });
  const summary = api.data?.summary;
  if (api.problem?.status === 404 || summary?.configured === false) {
    return (
      <>
        <SectionHead title="Mitigation" />
        <NotConfigured />
      </>
    );
  }
  return (
    <>
      <SectionHead title="Mitigation">
        <TokenField hint="to decide" />
        <button
          type="button"
          className="button primary"
          aria-expanded={state.new}
          onClick={() =>
            set(state.new ? { new: false, attack: 0, target: "", action: "" } : { new: true, view: "now", id: 0 })
          }
        >
          {state.new ? "Close the proposal" : "Propose by hand"}
        </button>
      </SectionHead>
      {summary && <Told summary={summary} />}
      <Tabs label="Views" tabs={VIEWS} here={state.view} onChoose={(view) => set({ view, id: 0 })} />
      {state.new && summary && <Propose state={state} set={set} summary={summary} onDone={api.again} />}
      {state.view === "log" && <AuditLog id={state.id} zone={zoneId} onAll={() => set({ id: 0 })} />}
      {state.view === "actions" && summary && (
        <Actions summary={summary} onPropose={(action) => set({ new: true, view: "now", action })} />
      )}
      {state.view === "now" && (
        <Shown api={{ ...api, working: api.working && api.data === undefined }}>
          {(list) =>
            state.id > 0 ? (
              <One
                id={state.id}
                list={list.mitigations}
                zone={zoneId}
                onChange={api.again}
                onAll={() => set({ id: 0 })}
                onLog={() => set({ view: "log" })}
              />
            ) : (
              <All list={list.mitigations} zone={zoneId} onChange={api.again} onChoose={(id) => set({ id })} />
            )
          }
        </Shown>
      )}
    </>
  );
}

/** What everybody must know before reading on. */
function Told({ summary }: { summary: Summary }) {
  return (
    <div className="mb-3 flex flex-col gap-2">
      <p className={`notice mb-0 ${summary.dry_run ? "border-line bg-sunken" : "border-warn bg-warn-soft"}`}>
        {summary.dry_run ? (
          <>
            <b>Dry run.</b> Everything is planned, checked and measured, and nothing is announced. To announce, set{" "}
            <code>mitigation.dry_run: false</code> and <code>dry_run: false</code> at the action.
          </>
        ) : (
          <>
            <b>Live.</b> What is approved is announced to the routers, where its action allows it.
          </>
        )}{" "}
        {summary.active} of at most {summary.most_active} active, {summary.rehearsed} rehearsed, {summary.proposed}{" "}
        waiting.
      </p>
      {summary.problems.map((problem) => (
        <p key={problem} role="alert" className="notice mb-0 border-bad bg-bad-soft">
          {problem}
        </p>
      ))}
    </div>
  );
}

interface AllProps {
  list: readonly Mitigation[];
  zone: string;
  onChange: () => void;
  onChoose: (id: number) => void;
}

function All({ list, zone, onChange, onChoose }: AllProps) {
  const { waiting, standing, over } = grouped(list);
  const cards = (title: string, some: Mitigation[]) =>
    some.length > 0 && (
      <section aria-label={title}>
        <h2 className="mb-1 font-semibold">
          {title} ({some.length})
        </h2>
        <ul className="grid gap-2 min-[105rem]:grid-cols-2">
          {some.map((one) => (
            <li key={one.id}>
              <Card it={one} zone={zone} onChange={onChange} onChoose={() => onChoose(one.id)} />
            </li>
          ))}
        </ul>
      </section>
    );
  return (
    <div className="flex flex-col gap-4">
      {waiting.length + standing.length === 0 && (
        <Notice>
          Nothing waits for approval and nothing is announced. Policies propose when an attack fits them; you can
          propose by hand.
        </Notice>
      )}
      {cards("Waiting for approval", waiting)}
      {cards("In force", standing)}
      {over.length > 0 && (
        <section aria-labelledby="over-title">
          <h2 id="over-title" className="mb-1 font-semibold">
            Over
          </h2>
          <div className="card min-w-0">
            <Over list={over} zone={zone} onChoose={onChoose} />
          </div>
        </section>
      )}
    </div>
  );
}

interface OneProps {
  id: number;
  list: readonly Mitigation[];
  zone: string;
  onChange: () => void;
  onAll: () => void;
  onLog: () => void;
}

function One({ id, list, zone, onChange, onAll, onLog }: OneProps) {
  const it = list.find((one) => one.id === id);
  return (
    <>
      <p className="mb-2 flex gap-4">
        <button type="button" className="link" onClick={onAll}>
          ‹ All mitigations
        </button>
        {it && (
          <button type="button" className="link" onClick={onLog}>
            Its lines of the audit log
          </button>
        )}
      </p>
      {it ? (
        <Card it={it} zone={zone} onChange={onChange} whole />
      ) : (
        <Notice>There is no mitigation number {id} among the last 500. The audit log may still tell of it.</Notice>
      )}
    </>
  );
}
