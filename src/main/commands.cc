// THE table of commands.
#include <array>

#include "main/command.h"

namespace weir::main {
namespace {

constexpr std::array kCommands = {
    Command{"serve", "collect flows, keep them, answer questions",
            "  weir serve\n"
            "  weir serve --data /srv/weir --udp 0.0.0.0:2055 --http 0.0.0.0:8080\n"
            "  weir serve --config /etc/weir/weir.yaml\n",
            declare_serve},
    Command{"demo", "serve, with a simulated provider whose routers export to it",
            "  weir demo\n"
            "  weir demo --data /tmp/weir-demo --http 127.0.0.1:8080\n",
            declare_demo},
    Command{"decode", "print the flow records of capture files, one JSON object a line",
            "  weir decode routers.pcap\n"
            "  weir decode --stats routers.pcap | jq .\n"
            "  tcpdump -i eth0 -w - udp port 2055 | weir decode -\n",
            declare_decode},
    Command{"replay", "send the export packets of capture files to a collector",
            "  weir replay routers.pcap --to 127.0.0.1:2055\n"
            "  weir replay routers.pcap --to 127.0.0.1:2055 --speed 10\n"
            "  weir replay routers.pcap --to 127.0.0.1:2055 --speed 0      # as fast as it goes\n",
            declare_replay},
    Command{"import", "put the flow records of capture files into a data directory",
            "  weir import routers.pcap --data /srv/weir\n", declare_import},
    Command{"query", "ask: who sent the most, where to, when",
            "  weir query --by src_addr --from -1h\n"
            "  weir query 'src net 103.64.13.0/24 and dst port in [80 443]' --by dst_as --top 20\n"
            "  weir query 'proto udp' --by dst_port --metric packets --format csv\n"
            "  weir query --by dst_as --resolution 5m --format json --data /srv/weir\n",
            declare_query},
    Command{"report", "the usage reports, the customer profile and the history of an address",
            "  weir report\n"
            "  weir report usage-by-asn --start -24h --customer 'Kelapa Cloud' --size 20\n"
            "  weir report usage-by-ip --src-ip 103.64.13.0/24 --dst-port 80,443,1024-65535 --format csv\n"
            "  weir report conversation-history --address 103.64.13.104\n"
            "  weir report conversation-history --preset spam --start -1h\n",
            declare_report},
    Command{"billing", "bills at the 95th percentile: list, show, freeze, verify, export",
            "  weir billing list\n"
            "  weir billing show 'Kelapa Cloud' --month 2026-11\n"
            "  weir billing verify 'Kelapa Cloud' --month 2026-10\n"
            "  weir billing export 'Kelapa Cloud' --month 2026-10 --format csv\n",
            declare_billing},
    Command{"sql", "ask in SQL, read only",
            "  weir sql 'SELECT proto, sum(bytes) FROM flows GROUP BY proto'\n"
            "  weir sql \"SELECT * FROM rollup_1h WHERE dst_as = 15169 ORDER BY time DESC LIMIT 24\" --format csv\n",
            declare_sql},
    Command{"route", "say which route an address has, from which source, and why",
            "  weir route 103.3.174.10\n"
            "  weir route 2001:db8::1 --exporter 192.0.2.1 --past\n",
            declare_route},
    Command{"rib", "load files of routes and say what they hold",
            "  weir rib rib.20261123.0000.bz2\n"
            "  weir rib --together rib.20261123.0000.bz2 updates.20261123.0000.bz2 --format json\n"
            "  weir rib show-ip-bgp.txt --address 103.3.174.10\n",
            declare_rib},
    Command{"detect", "attacks: which, why, and what a rule would have found",
            "  weir detect list --open\n"
            "  weir detect show 17\n"
            "  weir detect show 17 --html > attack-17.html\n"
            "  weir detect explain 192.0.2.7\n"
            "  weir detect backtest --filter 'proto udp' --measure packets --value 50k --from -1d\n",
            declare_detect},
    Command{"generate", "send made-up flows at a chosen rate, counted exactly",
            "  weir generate --to 127.0.0.1:2055 --rate 10000 --protocol netflow9 --flows 100000\n"
            "  weir generate --to 127.0.0.1:2055 --attack ntp_amplification --victim 103.64.13.104 --duration 30s\n",
            declare_generate},
    Command{"mitigation", "what is announced against attacks: list, propose, approve, withdraw",
            "  weir mitigation list\n"
            "  weir mitigation check --target 192.0.2.7 --action rtbh\n"
            "  WEIR_TOKEN=... weir mitigation propose --target 192.0.2.7 --action rtbh --live --why 'ticket 12'\n"
            "  weir mitigation approve 7 --token-file ~/.weir-token\n"
            "  weir mitigation log --id 7\n",
            declare_mitigation},
    Command{"check", "validate a configuration file without starting", "  weir check /etc/weir/weir.yaml\n",
            declare_check},
    Command{"doctor", "say for each exporter what arrives, what is kept, and what is wrong",
            "  weir doctor\n"
            "  weir doctor --server http://collector:8080\n",
            declare_doctor},
    Command{"help", "explain a command", "  weir help query\n", declare_help},
    Command{"reference", "write the reference pages", "", declare_reference, true},
};

}  // namespace

std::span<const Command> commands() {
  return kCommands;
}

}  // namespace weir::main
