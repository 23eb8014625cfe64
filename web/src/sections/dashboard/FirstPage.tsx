import type { ReactNode } from "react";
import type { Live } from "../../api/live";
import type { Status } from "../../api/types";
import { Findings } from "../../parts/Findings";
import { RouterHelp } from "../../parts/RouterHelp";
import { SectionHead } from "../../parts/SectionHead";

interface Props {
  live: Live;
  status: Status | null;
  /** The dashboard, for where there is something to show. */
  children: ReactNode;
}

/** Until a router is heard: what to type on one. From then on the dashboard, and what the doctor says of this server. */
export function FirstPage({ live, status, children }: Props) {
  const nobody = live.exporters !== null && live.exporters.exporter_count === 0;
  // Before a restart there may have been flows, which are worth showing even while no router is heard.
  const empty = nobody && live.exporters?.flows_held === 0;
  return (
    <div className="flex flex-col gap-3">
      {!nobody && <Findings findings={live.exporters?.server ?? []} />}
      {empty && <SectionHead title="Dashboard" />}
      {nobody && <RouterHelp status={status} first />}
      {!empty && <div>{children}</div>}
      {live.exporters && !nobody && (
        <details>
          <summary className="cursor-pointer font-semibold">Add a router: what to type on it</summary>
          <div className="pt-3">
            <RouterHelp status={status} first={false} />
          </div>
        </details>
      )}
    </div>
  );
}
