// What the server is given to tell about. Everything outlives the server.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "base/endpoint.h"
#include "base/metrics.h"
#include "bgp/rib.h"
#include "bgp/rpki/validator.h"
#include "bgp/source_status.h"
#include "billing/ledger.h"
#include "detect/mitigation/mitigator.h"
#include "detect/detector.h"
#include "flow/as_names.h"
#include "flow/exporter_table.h"
#include "flow/interface_table.h"
#include "query/report/prices.h"
#include "names/resolver.h"
#include "serve/customer_book.h"
#include "serve/doctor.h"
#include "store/store.h"

namespace weir::serve {

struct Sources {
  const flow::ExporterTable& exporters;
  store::Store& store;
  const Metrics& metrics;
  NameOf exporter_name;                                     ///< from any thread; may be empty
  std::string version;                                      ///< "0.1.0"
  std::vector<Endpoint> listen;                             ///< the UDP sockets, for telling people where to send
  const bgp::Rib* rib = nullptr;                            ///< null where there are no routes (tests)
  const bgp::VrpTable* vrps = nullptr;                      ///< null: nothing is said of validity
  const flow::CurrentAsNames* as_names = nullptr;           ///< null: no names
  const flow::CurrentInterfaceTable* interfaces = nullptr;  ///< null: no speeds
  names::Resolver* names = nullptr;                         ///< null: no names of addresses
  std::function<bgp::SourcesStatus()> routing{};            ///< may be empty: no live sources
  detect::Detector* detector = nullptr;                     ///< null: attacks are not looked for
  std::function<std::vector<Outage>()> outages{};           ///< may be empty
  std::function<query::report::Prices()> prices{};          ///< from any thread; may be empty: links have no price
  billing::Ledger* ledger = nullptr;                        ///< null: nothing is billed (tests)
  detect::Mitigator* mitigator = nullptr;                   ///< null: nothing is mitigated
  CustomerBook* customers = nullptr;                        ///< null: they are neither told nor changed
  std::function<std::string()> config{};                    ///< as JSON, from any thread; may be empty
  std::filesystem::path saved{};                            ///< what people save (documents.h); empty: nothing can be
};

}  // namespace weir::serve
