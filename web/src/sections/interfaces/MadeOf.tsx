import { type FullAnswer, namedRows, queryPath } from "../../api/answer";
import { servicePaths, serviceRows } from "../../api/services";
import { useApi } from "../../api/useApi";
import { Shown } from "../../parts/Shown";
import { TopBars } from "../../parts/TopBars";

interface Props {
  filter: string;
  way: "in" | "out";
  from: string;
}

const TOP = 6;

/** Networks, customers and services of the traffic that the filter chooses. */
export function MadeOf({ filter, way, from }: Props) {
  const [ownEnd, otherEnd] = way === "in" ? ["dst", "src"] : ["src", "dst"];
  return (
    <div className="grid gap-3 md:grid-cols-2 2xl:grid-cols-4">
      <Top
        title={way === "in" ? "From networks (AS)" : "To networks (AS)"}
        by={`${otherEnd}_as`}
        filter={filter}
        from={from}
      />
      <Top
        title={way === "in" ? "To customers" : "From customers"}
        by={`${ownEnd}_customer`}
        filter={filter}
        from={from}
      />
      <Services filter={filter} from={from} />
      <Top title={way === "in" ? "To addresses" : "From addresses"} by={`${ownEnd}_addr`} filter={filter} from={from} />
    </div>
  );
}

export function Top({
  title,
  by,
  filter,
  from,
  top = TOP,
}: {
  title: string;
  by: string;
  filter: string;
  from: string;
  top?: number;
}) {
  const api = useApi<FullAnswer>(queryPath({ by, filter, from, to: "now", top }));
  return (
    <section className="card min-w-0 px-3 py-2" aria-label={title}>
      <h4 className="mb-1 text-xs font-semibold text-soft">{title}</h4>
      <Shown api={api} tall="min-h-32" isEmpty={(answer) => answer.rows.length === 0} empty="No traffic in this time.">
        {(answer) => <TopBars name={title} rows={namedRows(answer)} range={{ from, to: "now" }} filter={filter} />}
      </Shown>
    </section>
  );
}

export function Services({
  filter,
  from,
  title = "Services",
  top = TOP,
}: {
  filter: string;
  from: string;
  title?: string;
  top?: number;
}) {
  const [first, second] = servicePaths(filter, from);
  const whole = useApi<FullAnswer>(queryPath({ filter, from, to: "now" }));
  const clients = useApi<FullAnswer>(first);
  const servers = useApi<FullAnswer>(second);
  return (
    <section className="card min-w-0 px-3 py-2" aria-label={title}>
      <h4 className="mb-1 text-xs font-semibold text-soft">{title}</h4>
      <Shown api={clients} tall="min-h-32">
        {() => (
          <Shown
            api={servers}
            tall="min-h-32"
            isEmpty={() => whole.data?.total.bytes === 0}
            empty="No traffic in this time."
          >
            {() => (
              <TopBars
                name={title}
                rows={serviceRows([clients.data, servers.data], whole.data?.total.bytes ?? 0, top)}
                range={{ from, to: "now" }}
                filter={filter}
              />
            )}
          </Shown>
        )}
      </Shown>
    </section>
  );
}
