// The state of the section in the address.
import { choice, flag, text, type Values, wholeNumber } from "../../url/params";

export const MITIGATION = {
  view: choice(["now", "log", "actions"], "now"),
  /** One mitigation; 0: all. */
  id: wholeNumber(0, 0, Number.MAX_SAFE_INTEGER),
  /** The form for a proposal is open, with these in it. */
  new: flag(),
  attack: wholeNumber(0, 0, Number.MAX_SAFE_INTEGER),
  target: text(),
  action: text(),
};
export type MitigationParams = Values<typeof MITIGATION>;
export type SetParams = (change: Partial<MitigationParams>, options?: { replace?: boolean }) => void;
