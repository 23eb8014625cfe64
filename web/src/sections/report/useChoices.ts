// What the fields of names offer: routers, interfaces, customers and regions that are there.
import { useMemo } from "react";
import { useApi } from "../../api/useApi";
import type { Pickable } from "../../parts/PickMany";

interface Interfaces {
  interfaces: { exporter: string; exporter_name: string | null; index: number; name: string | null }[];
}
interface Exporters {
  exporters: { address: string; name: string | null }[];
}
interface Places {
  rows: { src_customer: string | null; src_region: string | null }[];
}

const unique = (values: (string | null | undefined)[]) =>
  [...new Set(values.filter((one): one is string => Boolean(one)))].sort((a, b) =>
    a.localeCompare(b, "en", { numeric: true }),
  );

/** By the name of the parameter. `routers` are those chosen: interfaces of others are left out. */
export function useChoices(routers: readonly string[]): Record<string, Pickable[]> {
  const exporters = useApi<Exporters>("/api/v1/exporters").data;
  const interfaces = useApi<Interfaces>("/api/v1/interfaces").data;
  const places = useApi<Places>("/api/v1/query?by=src_customer,src_region&from=-24h&to=now&top=1000").data;
  return useMemo(() => {
    const names = (exporters?.exporters ?? []).map((one) => one.name ?? one.address);
    const mine = (interfaces?.interfaces ?? []).filter(
      (one) =>
        routers.length === 0 || routers.includes(one.exporter_name ?? one.exporter) || routers.includes(one.exporter),
    );
    return {
      router: unique(names).map((value) => ({ value })),
      interface: mine
        .map((one) => ({ value: one.name ?? String(one.index), more: one.exporter_name ?? one.exporter }))
        .sort((a, b) => a.more.localeCompare(b.more) || a.value.localeCompare(b.value, "en", { numeric: true })),
      customer: unique((places?.rows ?? []).map((one) => one.src_customer)).map((value) => ({ value })),
      region: unique((places?.rows ?? []).map((one) => one.src_region)).map((value) => ({ value })),
    };
  }, [exporters, interfaces, places, routers]);
}
