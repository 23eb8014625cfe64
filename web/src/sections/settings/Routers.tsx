import type { Status } from "../../api/types";
import { useApi } from "../../api/useApi";
import { RouterHelp } from "../../parts/RouterHelp";
import { Shown } from "../../parts/Shown";

/** What to type on routers, with this server's address in it. */
export function Routers() {
  const api = useApi<Status>("/api/v1/status");
  return (
    <>
      <p className="mb-2 max-w-prose text-soft">
        Flows of any of the protocols are taken on any of the ports; a router appears under Exporters within a minute,
        also without a line in the configuration.
      </p>
      <Shown api={api}>{(status) => <RouterHelp status={status} first={false} />}</Shown>
    </>
  );
}
