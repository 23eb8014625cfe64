import { useLiveFeed } from "../../api/LiveFeed";
import type { Status } from "../../api/types";
import { useApi } from "../../api/useApi";
import { Page } from "./FirstPage";

export default function Dashboard() {
  const live = useLiveFeed();
  const status = useApi<Status>("/api/v1/status", { every: 300_000 });
  return <Page live={live} status={status.data ?? null} />;
}
