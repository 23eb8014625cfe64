import { expect, test } from "vitest";
import { queryIdFor } from "./progress";

test("questions whose progress the server tells have an id that it takes, each another", () => {
  const ids = ["/api/v1/query?by=src_as", "/api/v1/flows?top=1", "/api/v1/sql?sql=SELECT+1", "/api/v1/query"].map(
    queryIdFor,
  );
  expect(new Set(ids).size).toBe(4);
  for (const id of ids) expect(id).toMatch(/^[A-Za-z0-9_.-]{1,64}$/);
});

test("others have none", () => {
  for (const path of ["/api/v1/queries", "/api/v1/reports/usage-by-asn", "/es/_search"])
    expect(queryIdFor(path)).toBeNull();
});
