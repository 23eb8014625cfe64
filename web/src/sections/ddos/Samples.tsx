import { useMemo } from "react";
import { tcpFlags, valueText } from "../../names/columns";
import { DataTable, type TableColumn } from "../../table/DataTable";
import { grouped } from "../../text/units";
import { stampText } from "../../time/format";
import type { Sample } from "./api";

/** Flows of the attack, as they were exported: not multiplied by the sampling rate. */
export function Samples({ samples, zone }: { samples: readonly Sample[]; zone: string }) {
  const columns = useMemo<TableColumn<Sample>[]>(
    () => [
      {
        key: "time",
        title: "Time",
        width: "12rem",
        value: (one) => one.time,
        show: (one) => stampText(one.time, zone),
      },
      { key: "exporter", title: "Router", width: "9rem", value: (one) => one.exporter },
      { key: "in_if", title: "In", about: "interface", width: "4rem", numeric: true, value: (one) => one.in_if },
      { key: "src_addr", title: "Source", value: (one) => one.src_addr },
      { key: "src_port", title: "Port", width: "5rem", numeric: true, value: (one) => one.src_port },
      {
        key: "src_as",
        title: "Source AS",
        width: "7rem",
        value: (one) => one.src_as,
        show: (one) => `AS ${one.src_as}`,
      },
      { key: "dst_addr", title: "Destination", value: (one) => one.dst_addr },
      { key: "dst_port", title: "Port", width: "5rem", numeric: true, value: (one) => one.dst_port },
      {
        key: "proto",
        title: "Protocol",
        width: "6rem",
        value: (one) => one.proto,
        show: (one) => valueText("proto", one.proto),
      },
      {
        key: "tcp_flags",
        title: "Flags",
        width: "5rem",
        value: (one) => one.tcp_flags,
        show: (one) => (one.proto === 6 ? tcpFlags(one.tcp_flags) : ""),
      },
      {
        key: "bytes",
        title: "Bytes",
        width: "7rem",
        numeric: true,
        value: (one) => one.bytes,
        show: (one) => grouped(one.bytes),
      },
      {
        key: "packets",
        title: "Packets",
        width: "6rem",
        numeric: true,
        value: (one) => one.packets,
        show: (one) => grouped(one.packets),
      },
      {
        key: "sampling_rate",
        title: "Sampled",
        about: "one packet of so many was looked at; bytes and packets are as exported",
        width: "6rem",
        numeric: true,
        value: (one) => one.sampling_rate,
        show: (one) => `1 in ${grouped(one.sampling_rate)}`,
      },
    ],
    [zone],
  );
  return (
    <DataTable
      name="Flows of the attack"
      columns={columns}
      rows={samples}
      rowKey={(_, i) => String(i)}
      maxHeight="22rem"
    />
  );
}
