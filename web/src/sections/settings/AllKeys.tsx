import { useMemo } from "react";
import { Notice, Shown } from "../../parts/Shown";
import { DataTable, type TableColumn } from "../../table/DataTable";
import type { Configuration } from "./api";
import { changedFirst } from "./shape";
import { useConfig } from "./useConfig";

type Value = Configuration["values"][number];

const COLUMNS: TableColumn<Value>[] = [
  { key: "key", title: "Key", value: (one) => one.key, show: (one) => <code>{one.key}</code> },
  {
    key: "value",
    title: "Value",
    value: (one) => one.value,
    show: (one) => (
      <span className={one.value === one.default ? "" : "font-semibold"} title={one.value}>
        {one.value || <i className="font-normal text-soft">none</i>}
      </span>
    ),
  },
  {
    key: "default",
    title: "Default",
    value: (one) => one.default,
    show: (one) => one.default || <i className="text-soft">none</i>,
  },
  {
    key: "live",
    title: "Takes effect",
    width: "8rem",
    value: (one) => (one.live ? "reload" : "restart"),
    show: (one) => (one.live ? "by a reload" : "by a restart"),
  },
  {
    key: "meaning",
    title: "Meaning",
    value: (one) => one.meaning,
    show: (one) => <span title={one.meaning}>{one.meaning}</span>,
  },
];

/** Every key of the configuration that runs. */
export function AllKeys() {
  const { config, missing, api } = useConfig();
  const rows = useMemo(() => (config ? changedFirst(config.values) : []), [config]);
  if (missing) {
    return (
      <Notice>
        This Weir does not tell its configuration by the API. It is the file given by <code>--config</code>;{" "}
        <code>weir check FILE</code> holds it against the reference.
      </Notice>
    );
  }
  return (
    <Shown api={{ ...api, working: api.working && api.data === undefined }}>
      {(all) => (
        <>
          <p className="mb-2 text-soft">
            {all.file === "" ? (
              "Weir runs without a configuration file"
            ) : (
              <>
                Read from <code>{all.file}</code>
              </>
            )}
            ; what differs from its default stands first. Secrets are not told. Lists of exporters, customers, peers and
            the like are on the other pages.
          </p>
          <div className="card min-w-0">
            <DataTable
              name="Configuration"
              columns={COLUMNS}
              rows={rows}
              rowKey={(one) => one.key}
              maxHeight="max(24rem, calc(100vh - 15rem))"
            />
          </div>
        </>
      )}
    </Shown>
  );
}
