#include "simulate/demo_topology.h"

#include <array>

#include "simulate/random.h"

namespace weir::simulate {
namespace {

constexpr std::uint64_t kGigabit = 1'000'000'000;

constexpr IpAddress ip(unsigned a, unsigned b, unsigned c, unsigned d) {
  return IpAddress::v4(a << 24U | b << 16U | c << 8U | d);
}

SimulatedInterface port(std::uint32_t index, std::string name, std::string description, std::string if_class,
                        std::uint64_t gigabits) {
  return {index, std::move(name), std::move(description), std::move(if_class), gigabits * kGigabit};
}

// NetFlow v9 with the basic template: AS numbers of two octets, the sampling rate for the whole system.
DemoRouter aims_pccw() {
  DemoRouter router{.source = {ip(127, 0, 0, 21), 41021}, .region = Region::my, .customer_if = 12, .core_if = 2};
  router.access_hop = ip(210, 5, 40, 1);
  router.exporter = {.protocol = flow::ExportProtocol::netflow9, .name = "AIMS-PCCW", .address = ip(210, 5, 40, 21)};
  router.exporter.sampling_rate = 1000;
  router.exporter.interfaces = {
      port(1, "HundredGigE0/0/0/0", "Transit: PCCW Global AS3491", "transit", 100),
      port(2, "Bundle-Ether2", "Core: CX2-MYIX and SG1", "core", 100),
      port(12, "Bundle-Ether12", "Customers: AIMS data centre", "customer", 80),
  };
  router.record_octets = 11000;
  return router;
}

// sFlow: a switch at the exchange.
DemoRouter cx2_myix() {
  DemoRouter router{.source = {ip(127, 0, 0, 73), 41073}, .region = Region::my, .customer_if = 33, .core_if = 34};
  router.access_hop = ip(103, 10, 156, 1);
  router.exporter = {.protocol = flow::ExportProtocol::sflow5, .name = "CX2-MYIX", .address = ip(103, 10, 156, 73)};
  router.exporter.sampling_rate = 8192;
  router.exporter.interfaces = {
      port(31, "ethernet1/31", "MyIX peering LAN", "ix", 40),
      port(33, "ethernet1/33", "Customers: CX2 data centre", "customer", 40),
      port(34, "ethernet1/34", "Core: AIMS-PCCW", "core", 40),
  };
  return router;
}

// NetFlow v5: an old router, IPv4 only.
DemoRouter sg1_telia_starhub() {
  DemoRouter router{.source = {ip(127, 0, 0, 227), 41227}, .region = Region::sg, .customer_if = 9, .core_if = 10};
  router.access_hop = ip(103, 3, 172, 1);
  router.exporter = {
      .protocol = flow::ExportProtocol::netflow5, .name = "SG1-TELIA/STARHUB", .address = ip(103, 3, 172, 227)};
  router.exporter.sampling_rate = 1000;
  router.exporter.interfaces = {
      port(3, "TenGigabitEthernet1/3", "Transit: Telia AS1299", "transit", 10),
      port(4, "TenGigabitEthernet1/4", "Transit: StarHub AS4657", "transit", 10),
      port(9, "TenGigabitEthernet2/1", "Customers: SG1", "customer", 20),
      port(10, "TenGigabitEthernet2/2", "Core: MY backbone", "core", 20),
  };
  router.record_octets = 9000;
  return router;
}

// NetFlow v9 with a sampler table and the longer template.
DemoRouter sg1_equinix() {
  DemoRouter router{.source = {ip(127, 0, 0, 226), 41226}, .region = Region::sg, .customer_if = 49, .core_if = 50};
  router.access_hop = ip(103, 3, 172, 1);
  router.exporter = {
      .protocol = flow::ExportProtocol::netflow9, .name = "SG1-EquinixIX", .address = ip(103, 3, 172, 226)};
  router.exporter.sampling_rate = 512;
  router.exporter.sampler_form = SamplerForm::sampler_table;
  router.exporter.extended_template = true;
  router.exporter.interfaces = {
      port(46, "xe-0/1/6", "Peering: China Mobile International AS58453", "peering", 10),
      port(47, "xe-0/1/7", "Equinix Internet Exchange Singapore", "ix", 20),
      port(48, "xe-0/2/0", "Peering: Hurricane Electric AS6939", "peering", 10),
      port(49, "ae9", "Customers: SG1", "customer", 20),
      port(50, "ae10", "Core: MY backbone", "core", 20),
  };
  router.record_octets = 12000;
  return router;
}

// IPFIX with one sampler for the whole observation domain.
DemoRouter ntt_cbj_br1() {
  DemoRouter router{.source = {ip(127, 0, 0, 2), 41002}, .region = Region::my, .customer_if = 514, .core_if = 515};
  router.access_hop = ip(103, 21, 181, 1);
  router.exporter = {.protocol = flow::ExportProtocol::ipfix, .name = "NTT-CBJ-BR1", .address = ip(103, 21, 181, 2)};
  router.exporter.sampling_rate = 1000;
  router.exporter.interfaces = {
      port(512, "et-0/0/0", "Transit: NTT AS2914", "transit", 10),
      port(514, "ae1", "Customers: Cyberjaya", "customer", 20),
      port(515, "ae2", "Core: AIMS-PCCW", "core", 20),
  };
  router.record_octets = 4500;
  return router;
}

// IPFIX, every packet counted: the traffic is small.
DemoRouter hk1_br1() {
  DemoRouter router{.source = {ip(127, 0, 0, 9), 41009}, .region = Region::hk, .customer_if = 7, .core_if = 8};
  router.access_hop = ip(103, 3, 175, 1);
  router.exporter = {.protocol = flow::ExportProtocol::ipfix, .name = "HK1-BR1", .address = ip(103, 3, 175, 9)};
  router.exporter.sampling_rate = 1;
  router.exporter.sampler_form = SamplerForm::sampler_table;
  router.exporter.interfaces = {
      port(3, "GigabitEthernet0/3", "Transit: NTT AS2914 Hong Kong", "transit", 1),
      port(4, "GigabitEthernet0/4", "Transit: China Mobile International AS58453", "transit", 1),
      port(5, "GigabitEthernet0/5", "HKIX peering LAN", "ix", 1),
      port(7, "GigabitEthernet0/7", "Customers: HK1", "customer", 1),
      port(8, "GigabitEthernet0/8", "Core: SG1", "core", 1),
  };
  router.record_octets = 5'000'000;
  return router;
}

}  // namespace

std::vector<DemoRouter> demo_routers(UnixMillis epoch_ms) {
  std::vector<DemoRouter> routers = {aims_pccw(),   cx2_myix(),    sg1_telia_starhub(),
                                     sg1_equinix(), ntt_cbj_br1(), hk1_br1()};
  std::uint32_t number = 0;
  for (DemoRouter& router : routers) {
    router.exporter.local_as = kDemoAs;
    router.exporter.observation_domain =
        router.exporter.protocol == flow::ExportProtocol::ipfix ? 256 + number : number;
    // They did not all start on the same day.
    router.exporter.boot_ms = epoch_ms - (9 + 4 * number) * kDayMs - number * kHourMs;
    ++number;
  }
  return routers;
}

std::vector<Exit> demo_exits() {
  return {
      {"PCCW", 0, 1, 3491, ip(63, 218, 107, 49)},
      {"MyIX", 1, 31, 0, ip(218, 100, 44, 0)},
      {"Telia", 2, 3, 1299, ip(62, 115, 53, 197)},
      {"StarHub", 2, 4, 4657, ip(203, 116, 8, 117)},
      {"Equinix IX", 3, 47, 0, ip(27, 111, 228, 0)},
      {"Hurricane Electric", 3, 48, 6939, ip(27, 111, 228, 81)},
      {"CMI Singapore", 3, 46, 58453, ip(223, 119, 2, 5)},
      {"NTT", 4, 512, 2914, ip(116, 51, 17, 9)},
      {"NTT Hong Kong", 5, 3, 2914, ip(203, 131, 241, 65)},
      {"CMI Hong Kong", 5, 4, 58453, ip(223, 118, 2, 9)},
      {"HKIX", 5, 5, 0, ip(123, 255, 88, 0)},
  };
}

IpAddress next_hop_to(const Exit& exit, std::uint32_t as) {
  if (exit.neighbour_as != 0) return exit.next_hop;
  // The member whose address on the Singapore exchange is known.
  if (exit.if_index == 47 && as == 17639) return ip(27, 111, 229, 79);
  // Peering LANs of at least /23: any address but the first and the last.
  return IpAddress::v4(exit.next_hop.v4_bits() + 1 + static_cast<std::uint32_t>(mix(as) % 509));
}

}  // namespace weir::simulate
