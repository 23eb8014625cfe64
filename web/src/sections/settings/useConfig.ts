import { useApi } from "../../api/useApi";
import type { Configuration } from "./api";

/** The configuration that runs; null until it is there, or where this Weir does not tell it. */
export function useConfig(): {
  config: Configuration | null;
  missing: boolean;
  api: ReturnType<typeof useApi<Configuration>>;
} {
  const api = useApi<Configuration>("/api/v1/config", { every: 30_000 });
  return { config: api.data ?? null, missing: api.problem?.status === 404, api };
}
