import { useLiveFeed } from "../../api/LiveFeed";
import type { Status } from "../../api/types";
import { useApi } from "../../api/useApi";
import { Boards } from "./Boards";
import { FirstPage } from "./FirstPage";

export default function Dashboard() {
  const live = useLiveFeed();
  const status = useApi<Status>("/api/v1/status", { every: 300_000 });
  return (
    <FirstPage live={live} status={status.data ?? null}>
      <Boards live={live} />
    </FirstPage>
  );
}
