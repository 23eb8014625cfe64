import { useMemo } from "react";
import { Notice, Shown } from "../../parts/Shown";
import { DataTable, type TableColumn } from "../../table/DataTable";
import { dateText } from "../../time/format";
import { useTime } from "../../time/useTime";
import { text, useParams } from "../../url/params";
import type { Configuration, ConfigValue } from "./api";
import { changedFirst, keysWith, linesFor, valueText } from "./shape";
import { ToChange } from "./ToChange";
import { useConfig } from "./useConfig";

const PARAMS = { find: text(), key: text() };
const NONE = <i className="font-normal text-soft">none</i>;

const COLUMNS: TableColumn<ConfigValue>[] = [
  {
    key: "key",
    title: "Key",
    width: "minmax(13rem,1fr)",
    value: (one) => one.key,
    show: (one) => <code className="link underline-offset-4">{one.key}</code>,
  },
  {
    key: "value",
    title: "Value",
    width: "minmax(10rem,1fr)",
    value: valueText,
    show: (one) => (
      <span className={one.value === one.default && !one.entries ? "" : "font-semibold"} title={one.value}>
        {valueText(one) || NONE}
      </span>
    ),
  },
  {
    key: "default",
    title: "Default",
    width: "8rem",
    value: (one) => one.default,
    show: (one) => <span title={one.default}>{one.default || NONE}</span>,
  },
  {
    key: "live",
    title: "Takes effect",
    width: "7rem",
    value: (one) => (one.live ? "reload" : "restart"),
    show: (one) => (one.live ? "by a reload" : "by a restart"),
  },
  {
    key: "meaning",
    title: "Meaning",
    width: "minmax(16rem,2fr)",
    value: (one) => one.meaning,
    show: (one) => <span title={one.meaning}>{one.meaning}</span>,
  },
];

/** Every key of the configuration that runs. */
export function AllKeys() {
  const { config, missing, api } = useConfig();
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
      {() => config && <Told config={config} />}
    </Shown>
  );
}

function Told({ config }: { config: Configuration }) {
  const [{ find, key }, set] = useParams(PARAMS);
  const { zoneId } = useTime();
  const rows = useMemo(() => keysWith(changedFirst(config.values), find), [config, find]);
  const chosen = config.values.find((one) => one.key === key);
  return (
    <div className="flex flex-col gap-3">
      <p className="max-w-prose text-soft">
        {config.file === null ? (
          "Weir runs without a configuration file"
        ) : (
          <>
            Read from <code>{config.file}</code> {dateText(config.read, zoneId)}
          </>
        )}
        ; what differs from its default stands first. Of secrets only whether they are set is told.
      </p>
      {config.needs_restart.length > 0 && (
        <p role="alert" className="notice mb-0 border-warn bg-warn-soft">
          <b>Waiting for a restart:</b> {config.needs_restart.join(", ")}. The file says something else than what runs.
        </p>
      )}
      <div className="flex flex-wrap items-center gap-2">
        <input
          className="field w-full sm:w-72"
          type="search"
          aria-label="Find a key"
          placeholder="Find by key, value or meaning"
          value={find}
          spellCheck={false}
          onChange={(event) => set({ find: event.target.value })}
        />
        <span className="text-soft">
          {rows.length} of {config.values.length} keys
        </span>
      </div>
      {chosen && <One value={chosen} onClose={() => set({ key: "" })} />}
      <div className="card min-w-0">
        <DataTable
          name="Configuration"
          columns={COLUMNS}
          rows={rows}
          rowKey={(one) => one.key}
          onPick={(one) => set({ key: one.key })}
          maxHeight="max(24rem, calc(100vh - 17rem))"
        />
      </div>
    </div>
  );
}

/** One key: what it means, and how it is changed. */
function One({ value, onClose }: { value: ConfigValue; onClose: () => void }) {
  const written = value.secret ? "CHANGE-ME" : value.value || value.default;
  const lines = linesFor(value.key, value.entries === null ? written : "");
  return (
    <section className="card px-4 py-3" aria-labelledby="key-title">
      <div className="mb-1 flex items-baseline gap-2">
        <h3 id="key-title" className="grow font-semibold">
          <code>{value.key}</code>
        </h3>
        <button type="button" className="button" onClick={onClose}>
          Close
        </button>
      </div>
      <p className="max-w-prose">{sentence(value.meaning)}</p>
      <dl className="my-2 grid grid-cols-[max-content_1fr] gap-x-4 gap-y-0.5">
        <dt className="text-soft">Now</dt>
        <dd className="break-words font-mono">{valueText(value) || "none"}</dd>
        <dt className="text-soft">Default</dt>
        <dd className="break-words font-mono">{value.default || "none"}</dd>
        <dt className="text-soft">May be</dt>
        <dd>{value.type}</dd>
      </dl>
      <ToChange lines={[["The lines", lines]]} live={value.live}>
        {value.entries !== null
          ? "Each entry is a mapping; docs/reference/configuration.md and the example weir.yaml have its keys."
          : "Below stands what is in force now."}
      </ToChange>
    </section>
  );
}

function sentence(meaning: string): string {
  return `${meaning.charAt(0).toUpperCase()}${meaning.slice(1)}.`;
}
