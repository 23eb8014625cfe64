import { useApi } from "../../api/useApi";
import type { MitigationList } from "../mitigation/api";
import { Snippet } from "./Snippet";
import { configValue } from "./shape";
import { ToChange } from "./ToChange";
import { useConfig } from "./useConfig";

const PERSON = `TOKEN=$(openssl rand -hex 24)
echo "the token, for the person: $TOKEN"
echo "for the configuration: - {name: alice, token_sha256: $(printf %s "$TOKEN" | sha256sum | cut -d' ' -f1)}"
`;
const PEOPLE = `mitigation:
  people:
    # the line that the shell printed
    - {name: alice, token_sha256: ...}
`;
const WHO = `# everybody, people (with a token), or nobody
customers_by: people
`;
const CUSTOMERS: Record<string, string> = {
  everybody: "Customers may be changed by everybody who reaches the page.",
  people: "Customers may be changed by people with a token.",
  nobody: "Customers are changed in the configuration file alone.",
};
const HTTP = `# the page and the API: only this machine reaches them
http: 127.0.0.1:8080
# the Elasticsearch-compatible API
es: 127.0.0.1:9200
`;
const PROXY = `# nginx in front of Weir: it asks for a name and a password, and speaks TLS
server {
  listen 443 ssl;
  server_name weir.example.net;
  ssl_certificate     /etc/ssl/weir.pem;
  ssl_certificate_key /etc/ssl/weir.key;
  auth_basic "Weir";
  auth_basic_user_file /etc/nginx/weir.htpasswd;
  location / {
    proxy_pass http://127.0.0.1:8080;
    proxy_buffering off;   # the page's live updates
  }
}
`;

const NAMES = `# as in the address bar; "*.example.net" is every name below it
http_names: [weir.example.net]
`;
const RIGHTS = { mitigations: "decide about mitigations", customers: "change customers" };

/** Who may do what: said plainly, because there is no log-in. */
export function Access() {
  const { config } = useConfig();
  const mitigation = useApi<MitigationList>("/api/v1/mitigations?closed=0");
  const http = configValue(config, "http");
  const names = configValue(config, "http_names");
  return (
    <div className="flex max-w-5xl flex-col gap-4">
      <section className="card px-4 py-3" aria-labelledby="read-title">
        <h3 id="read-title" className="font-semibold">
          Reading: everybody who reaches this address
        </h3>
        <p className="max-w-prose pt-1 pb-2">
          This Weir has no log-in. Whoever reaches {http ? <code>{http}</code> : "its HTTP address"} sees all flows and
          may ask anything; there are no users and no roles. So open the address only to a network that you trust, or
          put a proxy before it that asks who is there.
        </p>
        <Snippet name="A proxy with names and passwords" text={PROXY} />
      </section>
      <section className="card px-4 py-3" aria-labelledby="names-title">
        <h3 id="names-title" className="font-semibold">
          Names of this server
        </h3>
        <p className="max-w-prose pt-1">
          It answers when it is asked for by an address, as localhost, by the machine's own name
          {names !== null && names !== "none" ? (
            <>
              , or as <code>{names}</code>
            </>
          ) : (
            ""
          )}
          . Asked for by another name it refuses (421): otherwise a page of somebody else could read it through the
          browser of a person who reaches it.
        </p>
      </section>
      <section className="card px-4 py-3" aria-labelledby="decide-title">
        <h3 id="decide-title" className="font-semibold">
          People with a token
        </h3>
        {config && config.people.length > 0 ? (
          <ul className="my-1">
            {config.people.map((one) => (
              <li key={one.name}>
                <b>{one.name}</b>{" "}
                <span className="text-soft">may {one.rights.map((right) => RIGHTS[right]).join(" and ")}</span>
              </li>
            ))}
          </ul>
        ) : null}
        <p className="max-w-prose pt-1 pb-2">
          {config && config.people.length > 0
            ? "Their names stand in the audit log, and beside what they change."
            : config
              ? "Nobody is configured: nobody can propose, approve, reject or withdraw a mitigation; only policies act."
              : mitigation.problem?.status === 404
                ? "Mitigation is not configured here, so no token is needed."
                : "Who proposes, approves, rejects or withdraws shows a token. Only its SHA-256 is in the configuration."}{" "}
          {CUSTOMERS[configValue(config, "customers_by") ?? ""]}
        </p>
        <p className="max-w-prose pb-2 text-soft">
          To add a person, make a token in a shell, give it to the person, and put the line with its hash into the
          configuration. To take a token away, remove the line.
        </p>
        <Snippet name="Make a token" text={PERSON} />
      </section>
      <ToChange
        title="To change people and rights"
        lines={[
          ["People", PEOPLE],
          ["Who changes customers", WHO],
        ]}
      >
        A person's token and what people may do.
      </ToChange>
      <ToChange
        title="To change addresses and names of the server"
        lines={[
          ["Address of page and API", HTTP],
          ["Names of this server", NAMES],
        ]}
        live={false}
      >
        Where it listens, and by which names it may be asked for.
      </ToChange>
    </div>
  );
}
