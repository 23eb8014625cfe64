#include "simulate/customers.h"

#include <array>

namespace weir::simulate {
namespace {

struct Row {
  std::string_view name;
  Region region;
  Business business;
  std::array<std::string_view, 3> prefixes;
  std::uint32_t servers;
  double serves;
  double consumes;
};

// clang-format off
constexpr auto kRows = [] {
  using enum Region;
  using enum Business;
  return std::to_array<Row>({
    {"Arcade Asia Games", sg, game,         {"103.64.13.0/24", "103.64.14.0/24", ""},                  120,  9.0, 0.5},
    {"Kelapa Cloud",      my, web,          {"183.81.160.0/22", "14.102.144.0/23", "2001:db8:100::/48"}, 300, 14.0, 3.0},
    {"Borneo Streaming",  my, video,        {"103.16.40.0/23", "2001:db8:101::/48", ""},               80, 16.0, 2.0},
    {"Straits Downloads", sg, downloads,    {"103.17.210.0/24", "2001:db8:102::/48", ""},              60, 12.0, 1.0},
    {"Harbour Delivery",  hk, video,        {"103.12.152.0/24", "103.12.153.0/24", "2001:db8:103::/48"}, 70, 9.0, 1.0},
    {"Penang Media",      my, video,        {"103.16.42.0/24", "", ""},                                40,  6.0, 0.6},
    {"Titiwangsa Hosting",my, web,          {"183.81.164.0/23", "183.81.166.0/24", ""},                200,  6.5, 1.6},
    {"Selat Commerce",    my, web,          {"103.6.244.0/24", "2001:db8:104::/48", ""},               70,  4.5, 1.2},
    {"Merlion Web",       sg, web,          {"103.17.211.0/24", "", ""},                               90,  4.0, 1.1},
    {"Kowloon Sites",     hk, web,          {"103.10.158.0/24", "", ""},                               80,  3.6, 1.0},
    {"Durian Games",      my, game,         {"103.6.245.0/24", "", ""},                                50,  3.2, 0.3},
    {"Tempua Backup",     my, downloads,    {"210.5.42.0/24", "", ""},                                 30,  3.0, 1.5},
    {"Orchid Mail",       sg, mail,         {"103.4.7.0/24", "", ""},                                  30,  1.2, 0.8},
    {"Surat Mail",        my, mail,         {"210.5.44.0/24", "", ""},                                 40,  1.5, 1.0},
    {"Nama Registry",     my, name_servers, {"210.5.45.0/24", "2001:db8:105::/48", ""},                12,  0.7, 0.3},
    {"Lorong VPN",        my, vpn,          {"103.241.150.0/24", "2001:db8:106::/48", ""},             24,  4.0, 14.0},
    {"Causeway Proxy",    sg, vpn,          {"103.17.209.0/24", "", ""},                               20,  2.2, 7.0},
    {"Peak Tunnel",       hk, vpn,          {"103.10.159.0/24", "", ""},                               16,  1.2, 3.5},
    {"Menara Offices",    my, office,       {"14.102.148.0/23", "2001:db8:107::/48", ""},              160,  0.8, 9.0},
    {"Universiti Teluk",  my, office,       {"14.102.150.0/23", "2001:db8:108::/48", ""},              240,  0.9, 11.0},
    {"Bank Sentosa",      my, office,       {"210.5.46.0/24", "", ""},                                 60,  0.4, 2.4},
    {"Raffles Finance",   sg, office,       {"103.17.208.0/24", "", ""},                               50,  0.3, 2.0},
    {"Victoria Trading",  hk, office,       {"103.21.182.0/24", "", ""},                               40,  0.3, 1.4},
    {"Kampung Web",       my, web,          {"183.81.167.0/24", "", ""},                               50,  1.6, 0.5},
    {"Rimba Servers",     my, web,          {"210.5.47.0/24", "", ""},                                 40,  1.3, 0.4},
    {"Lumut Labs",        my, web,          {"103.6.246.0/24", "", ""},                                20,  0.6, 0.3},
  });
}();
// clang-format on

}  // namespace

std::string_view to_string(Region region) {
  constexpr std::array<std::string_view, kRegionCount> kNames = {"MY", "SG", "HK"};
  return kNames[static_cast<std::size_t>(region)];
}

std::vector<Customer> demo_customers() {
  std::vector<Customer> out;
  std::uint16_t vlan = 101;
  for (const Row& row : kRows) {
    Customer customer{row.name, row.region, row.business, {}, vlan++, row.servers, row.serves, row.consumes};
    for (const std::string_view text : row.prefixes) {
      // The table is part of the program, and a test reads every row of it.
      if (const Result<Prefix> prefix = parse_prefix(text)) customer.prefixes.push_back(*prefix);
    }
    out.push_back(std::move(customer));
  }
  return out;
}

}  // namespace weir::simulate
