import { useApi } from "../../api/useApi";
import type { MitigationList } from "../mitigation/api";
import { Snippet } from "./Snippet";
import { configValue } from "./shape";
import { useConfig } from "./useConfig";

const PERSON = `TOKEN=$(openssl rand -hex 24)
echo "the token, for the person: $TOKEN"
echo "for the configuration: - {name: alice, token_sha256: $(printf %s "$TOKEN" | sha256sum | cut -d' ' -f1)}"
`;
const PEOPLE = `mitigation:
  people:
    - {name: alice, token_sha256: ...}   # the line that the shell printed
`;
const HTTP = `http: 127.0.0.1:8080   # the page and the API: only this machine reaches them
es: 127.0.0.1:9200   # the Elasticsearch-compatible API
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

/** Who may do what: said plainly, because there is no log-in. */
export function Access() {
  const { config } = useConfig();
  const mitigation = useApi<MitigationList>("/api/v1/mitigations?closed=0");
  const http = configValue(config, "http");
  return (
    <div className="flex max-w-5xl flex-col gap-4">
      <section className="card px-4 py-3" aria-labelledby="read-title">
        <h3 id="read-title" className="font-semibold">
          Reading: everybody who reaches this address
        </h3>
        <p className="pt-1 pb-2">
          This Weir has no log-in. Whoever reaches {http ? <code>{http}</code> : "its HTTP address"} sees all flows and
          may ask anything; there are no users and no roles. So open the address only to a network that you trust, or
          put a proxy before it that asks who is there.
        </p>
        <div className="grid gap-2 xl:grid-cols-2">
          <Snippet name="Address of page and API" text={HTTP} />
          <Snippet name="A proxy with names and passwords" text={PROXY} />
        </div>
      </section>
      <section className="card px-4 py-3" aria-labelledby="decide-title">
        <h3 id="decide-title" className="font-semibold">
          Deciding about mitigations: people with a token
        </h3>
        <p className="pt-1 pb-2">
          {config && config.people.length > 0 ? (
            <>
              Configured: <b>{config.people.join(", ")}</b>. Their names stand in the audit log.
            </>
          ) : config ? (
            "Nobody is configured: nobody can propose, approve, reject or withdraw; only policies act."
          ) : mitigation.problem?.status === 404 ? (
            "Mitigation is not configured here, so no token is needed."
          ) : (
            "Who proposes, approves, rejects or withdraws shows a token. Only its SHA-256 is in the configuration."
          )}
        </p>
        <p className="pb-2 text-soft">
          To add a person, make a token in a shell, give it to the person, and put the line with its hash into the
          configuration. To take a token away, remove the line. Then reload (<code>kill -HUP</code>).
        </p>
        <div className="grid gap-2 xl:grid-cols-2">
          <Snippet name="Make a token" text={PERSON} />
          <Snippet name="People who decide" text={PEOPLE} />
        </div>
      </section>
    </div>
  );
}
