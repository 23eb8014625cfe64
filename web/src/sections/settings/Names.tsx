import { useMemo } from "react";
import { useApi } from "../../api/useApi";
import { Shown } from "../../parts/Shown";
import { DataTable, type TableColumn } from "../../table/DataTable";
import { bitsPerSecond, grouped } from "../../text/units";
import type { Configuration, Doctor, Interface } from "./api";
import { classLines, nameLines, unclassed } from "./shape";
import { ToChange } from "./ToChange";
import { useConfig } from "./useConfig";

interface List {
  interfaces: Interface[];
}

const NAME_LINES = `exporters:
  - address: 192.0.2.1
    name: EDGE-1
    interfaces:
      - index: 3
        name: xe-0/0/0
        description: "transit AS 64501"
        class: transit
`;
const ASK_LINES = `# routers are asked for names, descriptions and speeds
snmp:
  community: CHANGE-ME
# without it the best-known ones have names
as_names:
  file: /var/lib/weir/asns.csv
`;

/** Interfaces with their names and classes as flows carry them, and the rules that say so. */
export function Names() {
  const api = useApi<List>("/api/v1/interfaces", { every: 60_000 });
  const doctor = useApi<Doctor>("/api/v1/doctor");
  const { config } = useConfig();
  const missing = useMemo(() => unclassed(api.data?.interfaces ?? []), [api.data]);
  return (
    <div className="flex flex-col gap-4">
      <Rules config={config} />
      <section aria-labelledby="interfaces-title">
        <h3 id="interfaces-title" className="mb-1 font-semibold">
          Interfaces of the last minutes
        </h3>
        {missing.length > 0 && (
          <p className="notice border-warn bg-warn-soft">
            {grouped(missing.length)} of {grouped(api.data?.interfaces.length ?? 0)} have no class, so their flows are
            neither incoming nor outgoing unless the router says so. The lines below give them one.
          </p>
        )}
        <Shown
          api={api}
          isEmpty={(list) => list.interfaces.length === 0}
          empty="No flow named an interface in the last minutes."
        >
          {(list) => (
            <div className="card min-w-0">
              <DataTable
                name="Interfaces"
                columns={COLUMNS}
                rows={list.interfaces}
                rowKey={(one) => `${one.exporter} ${one.index}`}
                maxHeight="26rem"
              />
            </div>
          )}
        </Shown>
      </section>
      <ToChange
        lines={[
          ["Rules for classes of interfaces", classLines(missing)],
          ["Names of exporters", nameLines(doctor.data?.exporters ?? [])],
          ["Names of interfaces, one by one", NAME_LINES],
          ["Names from the routers, and of AS numbers", ASK_LINES],
        ]}
      >
        New flows carry the new names; what is stored keeps those it has.
      </ToChange>
    </div>
  );
}

function Rules({ config }: { config: Configuration | null }) {
  if (!config) return null;
  return (
    <section className="card px-4 py-3" aria-labelledby="class-title">
      <h3 id="class-title" className="font-semibold">
        Rules in force, the first that matches decides
      </h3>
      {config.interface_classes.length === 0 ? (
        <p className="text-soft">
          There is none: <code>interface_classes</code> is empty.
        </p>
      ) : (
        <div className="overflow-x-auto">
          <table className="w-full text-left">
            <thead className="text-soft">
              <tr>
                {["Exporter", "Interface", "Description", "Class"].map((one) => (
                  <th key={one} scope="col" className="py-0.5 pr-4 font-medium">
                    {one}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {config.interface_classes.map((one) => (
                <tr key={JSON.stringify(one)} className="border-t border-line">
                  <td className="py-0.5 pr-4 font-mono">{one.exporter}</td>
                  <td className="py-0.5 pr-4 font-mono">{one.interface}</td>
                  <td className="py-0.5 pr-4 font-mono">{one.description}</td>
                  <td className="py-0.5 pr-4">{one.class}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}

const COLUMNS: TableColumn<Interface>[] = [
  { key: "router", title: "Router", value: (one) => one.exporter_name ?? one.exporter },
  { key: "index", title: "Index", about: "ifIndex", width: "5rem", numeric: true, value: (one) => one.index },
  { key: "name", title: "Name", value: (one) => one.name },
  { key: "description", title: "Description", value: (one) => one.description, show: (one) => one.description ?? "" },
  {
    key: "class",
    title: "Class",
    width: "8rem",
    value: (one) => one.class,
    show: (one) => one.class || <span className="text-warn">▲ none</span>,
  },
  {
    key: "speed",
    title: "Speed",
    width: "8rem",
    numeric: true,
    value: (one) => one.speed_bps,
    show: (one) => (one.speed_bps === null ? <i className="text-soft">unknown</i> : bitsPerSecond(one.speed_bps)),
  },
];
