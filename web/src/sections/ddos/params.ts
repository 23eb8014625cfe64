// The state of the section in the address.
import { choice, text, type Values, wholeNumber } from "../../url/params";

export const DDOS = {
  view: choice(["attacks", "explain", "rules"], "attacks"),
  /** One attack's page; 0: the list. */
  attack: wholeNumber(0, 0, Number.MAX_SAFE_INTEGER),
  /** Of the curve; "" is the measure of the rule. */
  of: choice(["", "bits", "packets", "flows"], ""),
  /** Of the lists of what it is made of. */
  by: choice(["bytes", "packets"], "bytes"),
  address: text(),
  // The backtest.
  rule: text(),
  filter: text(),
  traffic: text("all"),
  measure: text("packets"),
  way: text("incoming"),
  per: text("address"),
  window: text("5s"),
  value: text(),
  /** Which question was asked, so that a link asks it again; "" none yet. */
  tried: choice(["", "yes"], ""),
};
export type DdosState = Values<typeof DDOS>;
export type SetDdos = (change: Partial<DdosState>, options?: { replace?: boolean }) => void;
