// Rows of an answer as series of a chart.
import type { ChartSeries } from "../../chart/series";
import { coloursOf, otherColour } from "../../colour/palette";
import type { Shaped } from "./shape";

export interface Coloured {
  /** One for each row, then of `other`. */
  colours: Map<string, string>;
  series: ChartSeries[];
}

/** The largest at the bottom of a stack; "everything else" on top; the other direction below; the period before dashed. */
export function seriesOf(shaped: Shaped, dark: boolean, withOther: boolean): Coloured {
  const colours = new Map<string, string>();
  const found = coloursOf(
    shaped.rows.map((row) => row.colourKey),
    dark,
  );
  shaped.rows.forEach((row, i) => {
    colours.set(row.key, found[i] ?? otherColour(dark));
  });
  const rows = shaped.other && withOther ? [...shaped.rows, shaped.other] : shaped.rows;
  if (shaped.other) colours.set("other", otherColour(dark));
  const series: ChartSeries[] = rows.map((row) => ({
    key: row.key,
    name: row.name,
    colour: colours.get(row.key) ?? otherColour(dark),
    values: row.values,
  }));
  for (const row of rows) {
    if (row.below)
      series.push({ key: row.key, name: row.name, colour: colours.get(row.key) ?? "", values: row.below, below: true });
  }
  const before = shaped.total.before;
  if (before) {
    series.push({
      key: "before",
      name: "total of the period before",
      colour: dark ? "#e8f1f0" : "#10211f",
      values: before,
      dashed: true,
    });
  }
  return { colours, series };
}
