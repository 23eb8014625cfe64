// The columns of attacks that several tables have.
import type { TableColumn } from "../../table/DataTable";
import { bitsPerSecond, duration } from "../../text/units";
import { dateText } from "../../time/format";
import type { Attack } from "./api";
import { targetText } from "./shape";

const lasted = (one: Attack) => (one.ended ?? one.last) - one.began;

const FIXED = {
  lasted: {
    key: "lasted",
    title: "Lasted",
    width: "6rem",
    numeric: true,
    value: lasted,
    show: (one) => duration(lasted(one)),
  },
  kind: { key: "title", title: "Kind", width: "13rem", value: (one) => one.title },
  target: {
    key: "target",
    title: "Target",
    about: "who was attacked; of outgoing ones who attacked",
    value: (one) => targetText(one),
    show: (one) => `${one.way === "outgoing" ? "from " : ""}${targetText(one)}`,
  },
  customer: {
    key: "customer",
    title: "Customer",
    width: "10rem",
    value: (one) => one.customer || null,
    show: (one) => one.customer,
  },
  peak: {
    key: "bits",
    title: "Peak",
    width: "8rem",
    numeric: true,
    value: (one) => one.peak.bits_per_second,
    show: (one) => bitsPerSecond(one.peak.bits_per_second),
  },
} satisfies Record<string, TableColumn<Attack>>;

export function attackColumns(zone: string) {
  const began: TableColumn<Attack> = {
    key: "began",
    title: "Began",
    width: "11rem",
    value: (one) => one.began,
    show: (one) => dateText(one.began, zone, { seconds: true }),
  };
  return { ...FIXED, began };
}
