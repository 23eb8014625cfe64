// The MRTG replacement: every interface at a glance, and one interface's page with its day, week, month and year.
import { useApi } from "../../api/useApi";
import { SectionHead } from "../../parts/SectionHead";
import { Shown } from "../../parts/Shown";
import { useTime } from "../../time/useTime";
import { text, useParams } from "../../url/params";
import type { InterfacesAnswer } from "./interfaces";
import { List } from "./List";
import { OneInterface } from "./OneInterface";

const PARAMS = { router: text(), index: text() };
const EVERY_MS = 60_000;

export default function Interfaces() {
  const [{ router, index }, set] = useParams(PARAMS);
  const time = useTime();
  const api = useApi<InterfacesAnswer>("/api/v1/interfaces", { every: EVERY_MS, turn: time.turn });
  if (router === "" || !/^\d+$/.test(index)) {
    return (
      <>
        <SectionHead title="Interfaces" />
        <Shown
          api={api}
          tall="min-h-96"
          isEmpty={(data) => data.interfaces.length === 0}
          empty="No interface is known yet. They appear as soon as a router sends flows; the dashboard says what to type on it."
        >
          {(data) => <List data={data} onOpen={(one) => set({ router: one.exporter, index: String(one.index) })} />}
        </Shown>
      </>
    );
  }
  const known = api.data?.interfaces.find((one) => one.exporter === router && String(one.index) === index);
  return (
    <OneInterface
      key={`${router} ${index}`}
      one={
        known ?? {
          exporter: router,
          exporter_name: null,
          index: Number(index),
          name: null,
          description: null,
          class: null,
          speed_bps: null,
          in_bits_per_s: 0,
          out_bits_per_s: 0,
          counters: null,
        }
      }
      known={known !== undefined || api.data === undefined}
      all={api.data?.interfaces ?? []}
      onOpen={(one) => set({ router: one.exporter, index: String(one.index) })}
      onBack={() => set({ router: "", index: "" })}
    />
  );
}
