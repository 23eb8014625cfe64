import { Snippet } from "../settings/Snippet";

const LINES = `routes:
  bgp:
    as: 64500                      # yours
    peers:
      - {name: transit-1, address: 192.0.2.1, as: 64501, families: [ipv4-unicast, ipv6-unicast, ipv4-flowspec]}

mitigation:
  dry_run: true                    # nothing is announced until this is false, and the action's as well
  own_prefixes: [198.51.100.0/22]
  people:
    - {name: alice, token_sha256: 0000000000000000000000000000000000000000000000000000000000000000}
  actions:
    - name: rtbh
      kind: blackhole
      to:
        - {peers: [transit-1], communities: "65535:666", next_hop_ipv4: 192.0.2.254}
`;

/** The first word of a Weir that does not mitigate. */
export function NotConfigured() {
  return (
    <div className="card px-4 py-4">
      <h2 className="text-base font-semibold">Mitigation is not configured</h2>
      <p className="max-w-prose pt-1 pb-3 text-soft">
        Weir can answer an attack by announcing routes to your BGP peers: a blackhole, filter rules, a diversion to a
        scrubber. Put lines such as these into the configuration, with your own peers and prefixes, check them with{" "}
        <code>weir check FILE</code>, and start Weir again. It begins in a dry run: everything is planned and measured,
        and nothing is announced.
      </p>
      <Snippet name="Configuration of mitigation" text={LINES} />
      <p className="pt-3 text-soft">
        A person's line holds the SHA-256 of a token; make both with{" "}
        <code>TOKEN=$(openssl rand -hex 24); echo $TOKEN; printf %s $TOKEN | sha256sum</code>.
      </p>
    </div>
  );
}
