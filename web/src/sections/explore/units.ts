// How the figures of a unit are written.
import { bitsPerSecond, finePercent, perSecond } from "../../text/units";
import type { Unit } from "./question";

export const UNIT_NAMES: readonly (readonly [Unit, string])[] = [
  ["bps", "bit/s, layer 3"],
  ["l2", "bit/s, layer 2"],
  ["pps", "packets/s"],
  ["fps", "flows/s"],
  ["share", "% of interface"],
];

const SHOW: Record<Unit, (value: number) => string> = {
  bps: bitsPerSecond,
  l2: bitsPerSecond,
  pps: (value) => perSecond(value, "p"),
  fps: (value) => perSecond(value, "flows"),
  share: finePercent,
};
/** Always the same function for a unit, so that charts see no change. */
export function shown(unit: Unit): (value: number) => string {
  return SHOW[unit];
}
