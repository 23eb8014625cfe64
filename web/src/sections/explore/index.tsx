import { useMemo, useState } from "react";
import { useApi } from "../../api/useApi";
import { useMarks } from "../../chart/useMarks";
import { allOf, narrowed, testFor } from "../../filter/combine";
import { valueText } from "../../names/columns";
import { copyText } from "../../parts/copy";
import { Menu, type MenuItem } from "../../parts/Menu";
import { SectionHead } from "../../parts/SectionHead";
import { Shown } from "../../parts/Shown";
import { grouped } from "../../text/units";
import { useDark } from "../../theme";
import { useTime } from "../../time/useTime";
import { useParams } from "../../url/params";
import { Controls } from "./Controls";
import { EXPLORE, hasInterface, parameters, queryPath, unitOf } from "./question";
import { Results } from "./Results";
import { seriesOf } from "./series";
import { type Answer, type Cell, type Row, shape } from "./shape";
import { Take } from "./Take";
import { ExploreView, type Place } from "./View";

interface Open {
  title: string;
  at: Place;
  items: MenuItem[];
}

export default function Explore() {
  const [state, set] = useParams(EXPLORE);
  const time = useTime();
  const dark = useDark();
  const { range, fromMs, toMs } = time;
  const asked = useMemo(() => parameters(state, range, toMs - fromMs), [state, range, toMs, fromMs]);
  const needsInterface = state.unit === "share" && !hasInterface(state.by);
  const api = useApi<Answer>(time.problem || needsInterface ? null : queryPath(asked), { turn: time.turn });
  const { data, dataPath } = api;
  const shaped = useMemo(() => (data && dataPath ? shape(data, unitOf(dataPath)) : null), [data, dataPath]);
  const { series, colours } = useMemo(
    () => (shaped ? seriesOf(shaped, dark, state.other) : { series: [], colours: new Map<string, string>() }),
    [shaped, dark, state.other],
  );
  const marks = useMarks(data?.from ?? null, data?.to ?? null);
  const [menu, setMenu] = useState<Open | null>(null);
  const [pointed, setPointed] = useState<string | null>(null);

  const pickTest = (title: string, test: string, at: Place, copied: string) =>
    setMenu({
      title,
      at,
      items: [
        { name: "Only this", run: () => set({ filter: narrowed(state.filter, test) }) },
        { name: "Without this", run: () => set({ filter: narrowed(state.filter, test, true) }) },
        { name: "Copy", run: () => void copyText(copied, null) },
        { name: "Copy as filter", run: () => void copyText(test, null) },
      ],
    });
  const pickValue = (column: string, value: Cell, at: Place) =>
    pickTest(valueText(column, value, shaped?.names), testFor(column, value), at, String(value ?? ""));
  const pickRow = (row: Row, at: Place) => {
    if (row.key === "other") {
      const tests = (shaped?.rows ?? []).map((one) =>
        allOf(one.cells.map((cell, i) => testFor(shaped?.by[i] ?? "", cell))),
      );
      const rest = tests.slice(0, 50).reduce((filter, test) => narrowed(filter, test, true), state.filter);
      return setMenu({
        title: "everything else",
        at,
        items: [{ name: "Only the rest", run: () => set({ filter: rest }) }],
      });
    }
    if (row.cells.length > 0) {
      pickTest(row.name, allOf(row.cells.map((cell, i) => testFor(shaped?.by[i] ?? "", cell))), at, row.name);
    }
  };
  const pickKey = (key: string, at: Place) => {
    const row = key === "other" ? shaped?.other : shaped?.rows.find((one) => one.key === key);
    if (row) pickRow(row, at);
  };
  const pickCell = (row: Row, column: string, at: Place) => {
    const i = shaped?.by.indexOf(column) ?? -1;
    if (i < 0 || row.key === "other") pickRow(row, at);
    else pickValue(column, row.cells[i] ?? null, at);
  };

  return (
    <>
      <SectionHead title="Explore">
        <Take state={state} asked={asked} time={time} shaped={shaped} series={series} marks={marks} />
      </SectionHead>
      <Controls state={state} set={set} problem={api.problem} />
      {needsInterface && (
        <p role="alert" className="notice border-warn bg-warn-soft">
          The share of an interface's speed needs "Router address" and one of "In interface" and "Out interface" among
          the dimensions.
        </p>
      )}
      <Shown
        api={api}
        tall="min-h-96"
        told="filter"
        isEmpty={(answer) => answer.rows.length === 0}
        empty="No flows match in this range. Choose a longer range, or take away parts of the filter."
      >
        {(answer) =>
          shaped && (
            <div className="flex flex-col gap-2">
              {state.view !== "table" && (
                <div className="card min-w-0 p-2">
                  <ExploreView
                    state={state}
                    shaped={shaped}
                    series={series}
                    marks={marks}
                    time={time}
                    chosen={pointed}
                    onPickRow={pickKey}
                    onPickValue={pickValue}
                  />
                </div>
              )}
              <div className="card min-w-0">
                <Results
                  state={state}
                  set={set}
                  shaped={shaped}
                  colours={colours}
                  onPoint={setPointed}
                  onPick={pickCell}
                />
              </div>
              <p className="text-xs text-soft">
                {grouped(answer.rows_read)} rows of {answer.source} read in {grouped(answer.took_ms)} ms
              </p>
            </div>
          )
        }
      </Shown>
      {menu && <Menu title={menu.title} at={menu.at} items={menu.items} onClose={() => setMenu(null)} />}
    </>
  );
}
