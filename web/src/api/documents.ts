// What people save on the server for everybody: dashboards, filters (src/serve/documents.h).

/** "NOC wall, KL" -> "noc-wall-kl"; another than those taken. */
export function idFor(name: string, taken: readonly string[], otherwise = "dashboard"): string {
  const plain =
    name
      .normalize("NFKD")
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, "-")
      .replace(/^-+|-+$/g, "")
      .slice(0, 56) || otherwise;
  let id = plain;
  for (let i = 2; taken.includes(id); i++) id = `${plain}-${i}`;
  return id;
}
