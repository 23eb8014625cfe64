import { useMemo } from "react";
import { Link } from "wouter";
import { apiPath } from "../../api/client";
import { useApi } from "../../api/useApi";
import { Shown } from "../../parts/Shown";
import { DataTable, type TableColumn } from "../../table/DataTable";
import { grouped } from "../../text/units";
import { stampText } from "../../time/format";
import type { Log, LogEntry } from "./api";

/** Who or what did each thing and why, and whether the chain of hashes holds. */
export function AuditLog({ id, zone, onAll }: { id: number; zone: string; onAll: () => void }) {
  const api = useApi<Log>(apiPath("/api/v1/mitigations/log", { top: 5000, id: id === 0 ? undefined : id }), {
    every: 5000,
  });
  const columns = useMemo<TableColumn<LogEntry>[]>(
    () => [
      { key: "number", title: "#", width: "4.5rem", numeric: true, value: (one) => one.number },
      { key: "at", title: "When", width: "11.5rem", value: (one) => one.at, show: (one) => stampText(one.at, zone) },
      { key: "who", title: "Who", width: "9rem", value: (one) => one.who },
      { key: "what", title: "What", width: "8rem", value: (one) => one.what },
      {
        key: "mitigation",
        title: "Mitigation",
        width: "6.5rem",
        numeric: true,
        value: (one) => (one.mitigation === 0 ? null : one.mitigation),
        show: (one) =>
          one.mitigation === 0 ? (
            ""
          ) : (
            <Link className="link" href={`/mitigation?id=${one.mitigation}`}>
              {one.mitigation}
            </Link>
          ),
      },
      { key: "why", title: "Why", value: (one) => one.why, show: (one) => <span title={one.why}>{one.why}</span> },
      {
        key: "hash",
        title: "Hash",
        about: "SHA-256 over the line before and this one",
        width: "8rem",
        value: (one) => one.hash,
        show: (one) => (
          <code className="text-soft" title={one.hash}>
            {one.hash.slice(0, 12)}
          </code>
        ),
      },
    ],
    [zone],
  );
  return (
    <Shown
      api={{ ...api, working: api.working && api.data === undefined }}
      isEmpty={(log) => log.entries.length === 0 && log.intact}
      empty="Nothing was done yet."
    >
      {(log) => (
        <>
          {log.intact ? (
            <p className="mb-2 text-good">
              ● The chain of hashes holds over the {grouped(log.entries.length)} newest lines
              {id > 0 && ` of mitigation ${id}`}: none was changed or taken out.{" "}
              {id > 0 && (
                <button type="button" className="link" onClick={onAll}>
                  All lines
                </button>
              )}
            </p>
          ) : (
            <p role="alert" className="notice border-bad bg-bad-soft">
              <b>■ The log is not whole.</b> {log.problem} Keep the files in <code>DIR/audit/</code> as they are, and
              compare them with the copy that was sent away.
            </p>
          )}
          <div className="card min-w-0">
            <DataTable
              name="Audit log"
              columns={columns}
              rows={log.entries}
              rowKey={(one) => String(one.number)}
              maxHeight="max(24rem, calc(100vh - 18rem))"
            />
          </div>
          <p className="mt-1 text-xs text-soft">
            The log itself is <code>DIR/audit/</code>, one JSON object a line; Weir appends to it and removes nothing.
          </p>
        </>
      )}
    </Shown>
  );
}
