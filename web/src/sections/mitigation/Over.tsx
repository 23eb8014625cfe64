import { useMemo } from "react";
import { DataTable, type TableColumn } from "../../table/DataTable";
import { duration } from "../../text/units";
import { dateText } from "../../time/format";
import type { Mitigation } from "./api";
import { KINDS, STATES } from "./shape";

interface Props {
  list: readonly Mitigation[];
  zone: string;
  onChoose: (id: number) => void;
}

/** Mitigations of which nothing more comes. */
export function Over({ list, zone, onChoose }: Props) {
  const columns = useMemo<TableColumn<Mitigation>[]>(
    () => [
      {
        key: "id",
        title: "#",
        width: "4.5rem",
        numeric: true,
        value: (one) => one.id,
        show: (one) => <span className="text-brand underline">{one.id}</span>,
      },
      {
        key: "created",
        title: "Asked for",
        width: "11rem",
        value: (one) => one.created,
        show: (one) => dateText(one.created, zone, { seconds: true }),
      },
      { key: "target", title: "Target", width: "11rem", value: (one) => one.target },
      { key: "kind", title: "Kind", width: "11rem", value: (one) => KINDS[one.kind] },
      { key: "action", title: "Action", width: "8rem", value: (one) => one.action },
      {
        key: "state",
        title: "State",
        width: "10rem",
        value: (one) => one.state,
        show: (one) => (
          <span className={STATES[one.state].tone}>
            {STATES[one.state].mark} {STATES[one.state].word}
            {one.dry_run && <span className="text-soft"> (dry run)</span>}
          </span>
        ),
      },
      {
        key: "stood",
        title: "Stood",
        width: "6rem",
        numeric: true,
        value: (one) => (one.started > 0 && one.ended > 0 ? one.ended - one.started : null),
        show: (one) => (one.started > 0 && one.ended > 0 ? duration(one.ended - one.started) : "never"),
      },
      { key: "asked", title: "Asked by", width: "9rem", value: (one) => one.asked_by },
      { key: "why", title: "Why", value: (one) => one.refusals[0]?.message || one.why },
    ],
    [zone],
  );
  return (
    <DataTable
      name="Mitigations that are over"
      columns={columns}
      rows={list}
      rowKey={(one) => String(one.id)}
      onPick={(one) => onChoose(one.id)}
      onOpen={(one) => onChoose(one.id)}
    />
  );
}
