import { useApi } from "../../api/useApi";
import { Shown } from "../../parts/Shown";
import { DataTable, type TableColumn } from "../../table/DataTable";
import type { Time } from "../../time/useTime";
import type { Rule } from "./api";
import { Rehearsal } from "./Backtest";
import type { DdosState, SetDdos } from "./params";
import { measured, rateText } from "./shape";

interface Props {
  state: DdosState;
  set: SetDdos;
  time: Time;
}

/** The rules in force, and one that is tried over stored flows before it is put in force. */
export function Rules({ state, set, time }: Props) {
  const rules = useApi<{ rules: Rule[] }>("/api/v1/detect/rules", { every: 60_000 });
  const take = (rule: Rule) =>
    set({
      rule: rule.name,
      filter: rule.filter,
      traffic: rule.traffic,
      measure: rule.measure,
      way: rule.way,
      per: rule.per,
      window: `${rule.window_s}s`,
      value: rateText(rule.value),
      tried: "",
    });
  return (
    <div className="flex flex-col gap-4">
      <Rehearsal state={state} set={set} time={time} />
      <section aria-labelledby="force-title">
        <h2 id="force-title" className="mb-1 font-semibold">
          Rules in force
        </h2>
        <p className="mb-1 text-soft">
          They come from the <code>detect</code> part of the configuration; click one to try it above with other values.
        </p>
        <Shown api={rules} isEmpty={(all) => all.rules.length === 0} empty="No rule is in force.">
          {(all) => (
            <div className="card min-w-0">
              <RuleTable rules={all.rules} onPick={take} />
            </div>
          )}
        </Shown>
      </section>
    </div>
  );
}

const RULE_COLUMNS: TableColumn<Rule>[] = [
  {
    key: "name",
    title: "Rule",
    width: "19rem",
    value: (one) => one.name,
    show: (one) => <span title={one.name}>{one.name}</span>,
  },
  {
    key: "value",
    title: "More than",
    width: "10rem",
    numeric: true,
    value: (one) => one.value,
    show: (one) => measured(one.value, one.measure),
  },
  {
    key: "window",
    title: "Over",
    width: "5rem",
    numeric: true,
    value: (one) => one.window_s,
    show: (one) => `${one.window_s} s`,
  },
  {
    key: "from",
    title: "From",
    about: "which part of the configuration says so",
    width: "9rem",
    value: (one) => one.from,
  },
  { key: "filter", title: "Filter", value: (one) => one.filter, show: (one) => <code>{one.filter}</code> },
];

function RuleTable({ rules, onPick }: { rules: Rule[]; onPick: (rule: Rule) => void }) {
  return (
    <DataTable
      name="Rules in force"
      columns={RULE_COLUMNS}
      rows={rules}
      rowKey={(one, i) => `${one.name} ${one.from} ${i}`}
      onPick={onPick}
    />
  );
}
