import { useApi } from "../../api/useApi";
import { SectionHead } from "../../parts/SectionHead";
import { Tabs } from "../../parts/Tabs";
import { count, octets } from "../../text/units";
import { useTime } from "../../time/useTime";
import { useParams } from "../../url/params";
import { AttackPage } from "./AttackPage";
import { Attacks } from "./Attacks";
import type { DetectStatus } from "./api";
import { Explain } from "./Explain";
import { DDOS, type DdosState } from "./params";
import { Rules } from "./Rules";

const VIEWS: readonly (readonly [DdosState["view"], string])[] = [
  ["attacks", "Attacks"],
  ["explain", "Explain an address"],
  ["rules", "Rules and backtest"],
];

export default function Ddos() {
  const [state, set] = useParams(DDOS);
  const time = useTime();
  const status = useApi<DetectStatus>("/api/v1/detect", { every: 10_000 });
  if (status.problem?.status === 404) {
    return (
      <>
        <SectionHead title="DDoS" />
        <div className="notice border-line bg-sunken">
          <p>
            Attacks are not looked for here. Set <code>detect.enabled: true</code> in the configuration and reload it (
            <code>kill -HUP</code>); no other setting is needed.
          </p>
        </div>
      </>
    );
  }
  if (state.attack > 0) return <AttackPage id={state.attack} state={state} set={set} time={time} />;
  return (
    <>
      <SectionHead title="DDoS">
        {status.data && (
          <span className="text-xs text-soft">
            {count(status.data.targets)} targets watched, {count(status.data.detailed)} of them by the second, in{" "}
            {octets(status.data.memory_octets)}
          </span>
        )}
      </SectionHead>
      <Tabs label="Views" tabs={VIEWS} here={state.view} onChoose={(view) => set({ view })} />
      {state.view === "attacks" && <Attacks set={set} time={time} />}
      {state.view === "explain" && <Explain state={state} set={set} />}
      {state.view === "rules" && <Rules state={state} set={set} time={time} />}
    </>
  );
}
