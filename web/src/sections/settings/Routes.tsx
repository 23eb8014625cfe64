import { useMemo } from "react";
import { useApi } from "../../api/useApi";
import { Notice, Shown } from "../../parts/Shown";
import { DataTable, type TableColumn } from "../../table/DataTable";
import { count, duration, grouped, octets } from "../../text/units";
import type { Rib } from "./api";
import { type Source, sourcesOf } from "./shape";
import { ToChange } from "./ToChange";

const LINES = `routes:
  bmp:
    listen: [0.0.0.0:1790]   # routers send their tables here; the best source
  bgp:
    as: 64500   # or peers that send Weir their routes
    listen: [0.0.0.0:179]
    peers:
      - {name: edge-1, address: 192.0.2.1, as: 64500}
  files:
    - {name: table, paths: [/var/lib/weir/rib.mrt.gz], kind: mrt}
`;

/** Where prefixes, AS paths and communities come from. */
export function Routes() {
  const api = useApi<Rib>("/api/v1/rib", { every: 5000 });
  return (
    <div className="flex flex-col gap-4">
      <Shown api={{ ...api, working: api.working && api.data === undefined }}>{(rib) => <Told rib={rib} />}</Shown>
      <ToChange lines={[["Sources of routes", LINES]]}>
        Add a source as below. A router's own table, by BMP or BGP, goes before others for the flows of that router.
      </ToChange>
    </div>
  );
}

function Told({ rib }: { rib: Rib }) {
  const now = Date.now();
  const sources = useMemo(() => sourcesOf(rib), [rib]);
  const columns = useMemo<TableColumn<Source>[]>(
    () => [
      { key: "name", title: "Source", value: (one) => one.name },
      { key: "kind", title: "Kind", width: "8rem", value: (one) => one.kind },
      { key: "where", title: "Where", value: (one) => one.where },
      {
        key: "state",
        title: "State",
        value: (one) => one.state,
        show: (one) => (
          <span className={one.good ? "text-good" : "text-bad"}>
            {one.good ? "●" : "■"} {one.state}
          </span>
        ),
      },
      {
        key: "since",
        title: "For",
        width: "6rem",
        numeric: true,
        value: (one) => one.since,
        show: (one) => (one.since === null ? "" : duration(now - one.since)),
      },
      {
        key: "routes",
        title: "Routes",
        width: "8rem",
        numeric: true,
        value: (one) => one.routes,
        show: (one) => (one.routes === null ? "" : grouped(one.routes)),
      },
      {
        key: "problem",
        title: "Last error",
        value: (one) => one.problem,
        show: (one) => <span title={one.problem}>{one.problem}</span>,
      },
    ],
    [now],
  );
  const { table, listeners } = rib;
  return (
    <div className="flex flex-col gap-2">
      <p>
        The table holds <b>{grouped(table.prefixes4)}</b> IPv4 and <b>{grouped(table.prefixes6)}</b> IPv6 prefixes,{" "}
        {count(table.routes)} routes in {octets(table.memory_octets)}
        {table.stale_routes > 0 && `, ${grouped(table.stale_routes)} of them of sources that went away`}.
      </p>
      {listeners.bgp.length + listeners.bmp.length > 0 && (
        <p className="text-soft">
          {listeners.bgp.length > 0 && `BGP is taken at ${listeners.bgp.join(", ")}. `}
          {listeners.bmp.length > 0 && `BMP is taken at ${listeners.bmp.join(", ")}. `}
          {listeners.last_refused && `The last connection refused: ${listeners.last_refused}.`}
        </p>
      )}
      {sources.length === 0 ? (
        <Notice>
          There is no source of routes: prefixes, AS paths and communities are only as the routers export them. The
          lines below add one.
        </Notice>
      ) : (
        <div className="card min-w-0">
          <DataTable
            name="Sources of routes"
            columns={columns}
            rows={sources}
            rowKey={(one) => `${one.kind} ${one.name}`}
          />
        </div>
      )}
    </div>
  );
}
