import { expect, test } from "vitest";
import { type Live, NOTHING_YET } from "../api/live";
import type { ExportersEvent } from "../api/types";
import { stateOf } from "./Health";

const heard = (exporter_count: number, health: ExportersEvent["health"]): ExportersEvent => ({
  time: 0,
  health,
  server: [],
  exporters: [],
  exporter_count,
  oldest: null,
  flows_held: 0,
});
const word = (live: Partial<Live>) => stateOf({ ...NOTHING_YET, connected: true, ...live }).word;

test("the page says how Weir is", () => {
  expect(word({ connected: false })).toBe("Connecting to Weir");
  expect(word({ connected: false, exporters: heard(1, "good") })).toBe("Connection lost; trying again");
  expect(word({ exporters: heard(0, "good") })).toBe("Waiting for the first flows");
  expect(word({ exporters: heard(1, "trouble") })).toBe("In trouble");
});
