import { expect, test } from "vitest";
import { choice, flag, list, readParams, text, wholeNumber, writeParams } from "./params";

const schema = {
  filter: text(),
  by: list(["src_as"]),
  metric: choice(["bytes", "packets"], "bytes"),
  both: flag(),
  top: wholeNumber(10, 1, 300),
};

test("what is absent has its default", () => {
  expect(readParams(schema, "")).toEqual({ filter: "", by: ["src_as"], metric: "bytes", both: false, top: 10 });
});

test("a link reproduces the values", () => {
  const values = {
    filter: 'dst as 15169 & "a+b"',
    by: ["src_addr", "dst_port"],
    metric: "packets" as const,
    both: true,
    top: 25,
  };
  expect(readParams(schema, writeParams(schema, "", values))).toEqual(values);
});

test("defaults are left out, other parameters stay", () => {
  expect(writeParams(schema, "?from=-6h&top=25", { top: 10 })).toBe("?from=-6h");
  expect(writeParams(schema, "?top=25", { top: 10 })).toBe("");
});

test("an empty list stays empty where the default is not", () => {
  expect(writeParams(schema, "", { by: [] })).toBe("?by=");
  expect(readParams(schema, "?by=").by).toEqual([]);
});

test("what does not belong in a parameter is its default or its bound", () => {
  expect(readParams(schema, "?metric=tons&top=-3").metric).toBe("bytes");
  expect(readParams(schema, "?top=1e9").top).toBe(10);
  expect(readParams(schema, "?top=99999").top).toBe(300);
});

test("a link stays legible", () => {
  expect(writeParams(schema, "", { by: ["src_as", "dst_as"], filter: "net 10/8" })).toBe(
    "?by=src_as,dst_as&filter=net+10/8",
  );
});
