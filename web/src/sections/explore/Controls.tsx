import type { Problem } from "../../api/client";
import { FilterEditor } from "../../filter/FilterEditor";
import { useColumns } from "../../names/columns";
import { Choice } from "../../parts/Choice";
import { ColumnPicker } from "../../parts/ColumnPicker";
import { BEFORE, hasInterface, RANKS, type State, type View } from "./question";
import { UNIT_NAMES } from "./units";

const VIEW_NAMES: readonly (readonly [View, string])[] = [
  ["stack", "stacked areas"],
  ["lines", "lines"],
  ["bars", "bars"],
  ["small", "small multiples"],
  ["heatmap", "heatmap"],
  ["sankey", "sankey"],
  ["table", "table only"],
];
const RANK_NAMES: Record<(typeof RANKS)[number], string> = {
  total: "average",
  maximum: "maximum",
  last: "last",
  percentile_95: "95th percentile",
};
const BEFORE_NAMES: Record<(typeof BEFORE)[number], string> = {
  no: "no",
  same: "period before",
  "1d": "day before",
  "7d": "week before",
  "28d": "4 weeks before",
};
const STEPS = ["auto", "10s", "1m", "5m", "15m", "1h", "6h", "1d"];
const TOPS = [5, 10, 15, 20, 30, 50, 100, 300];

interface Props {
  state: State;
  set: (change: Partial<State>) => void;
  problem: Problem | null;
}

export function Controls({ state, set, problem }: Props) {
  const columns = useColumns().filter((column) => column.role === "dimension");
  const interfaces = hasInterface(state.by);
  return (
    <div className="card mb-2 flex flex-col gap-2 p-2">
      <FilterEditor value={state.filter} onApply={(filter) => set({ filter })} problem={problem} />
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
        <ColumnPicker label="By" columns={columns} chosen={state.by} onChange={(by) => set({ by })} />
        <Choice
          label="View"
          value={state.view}
          choices={VIEW_NAMES}
          onChoose={(view) => set({ view })}
          disabled={state.by.length < 2 ? ["sankey"] : []}
        />
        <Choice
          label="Unit"
          value={state.unit}
          choices={UNIT_NAMES}
          onChoose={(unit) =>
            set(unit === "share" && !interfaces ? { unit, by: ["exporter", "in_if", "in_if_name"] } : { unit })
          }
        />
        <Choice
          label="Top"
          value={String(state.top)}
          choices={[...new Set([...TOPS, state.top])]
            .sort((a, b) => a - b)
            .map((top) => [String(top), String(top)] as const)}
          onChoose={(top) => set({ top: Number(top) })}
        />
        <Choice
          label="ranked by"
          value={state.rank}
          choices={RANKS.map((rank) => [rank, RANK_NAMES[rank]] as const)}
          onChoose={(rank) => set({ rank })}
        />
        <Choice
          label="Step"
          value={state.step}
          choices={[...new Set([...STEPS, state.step])].map((step) => [step, step] as const)}
          onChoose={(step) => set({ step })}
        />
        <Choice
          label="Compare"
          value={state.before}
          choices={BEFORE.map((before) => [before, BEFORE_NAMES[before]] as const)}
          onChoose={(before) => set({ before })}
        />
        <label className="flex items-center gap-1.5">
          <input type="checkbox" checked={state.both} onChange={(event) => set({ both: event.target.checked })} />
          Both directions
        </label>
        {state.view === "small" && (
          <label className="flex items-center gap-1.5">
            <input type="checkbox" checked={state.same} onChange={(event) => set({ same: event.target.checked })} />
            Same axis for all
          </label>
        )}
        <label className="flex items-center gap-1.5">
          <input type="checkbox" checked={state.other} onChange={(event) => set({ other: event.target.checked })} />
          Everything else
        </label>
      </div>
    </div>
  );
}
