// What every enrichment is handed. To add one: a sibling file with a function of this shape, and a row in enricher.cc.
#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

#include "bgp/rib.h"
#include "enrich/plan.h"
#include "flow/batch.h"
#include "flow/exporter_table.h"

namespace weir::enrich {

struct Memory;

/// The routing table of a VRF that an exporter tells.
struct KnownVrf {
  bgp::TableId table = bgp::kGlobalTable;
  bool found = false;
  std::uint64_t asked_in_batch = 0;
};

/// What is known of one interface beside what flows tell of it.
struct KnownInterface {
  flow::StringId name = 0;   ///< the configured one
  flow::StringId asked = 0;  ///< the name that the router told when it was asked
  flow::StringId if_class = 0;
  std::string description;
};

/// What one worker remembers of one exporter between batches.
struct KnownExporter {
  flow::ExporterState* state = nullptr;
  const ExporterPlan* plan = nullptr;
  IpAddress address;                                ///< where its datagrams come from
  std::vector<const RulePlan*> rules;               ///< those whose exporter pattern matches, in order
  std::vector<const CustomerRule*> customer_rules;  ///< the same
  bool rules_want_descriptions = false;
  std::uint32_t descriptions_version = 0;  ///< of `interfaces` and `class_of`
  /// By ifIndex; found once for each interface and configuration.
  boost::unordered_flat_map<std::uint32_t, KnownInterface, flow::KeyHash> interfaces;
  /// The class that the rules gave an interface, by its name and, where they want descriptions, its ifIndex: so that
  /// patterns are matched once for each.
  boost::unordered_flat_map<std::uint64_t, flow::StringId, flow::KeyHash> class_of;
  /// The customer behind an interface, by ifIndex and name.
  boost::unordered_flat_map<std::uint64_t, Place, flow::KeyHash> customer_behind;
  /// By route distinguisher and name.
  boost::unordered_flat_map<std::uint64_t, KnownVrf, flow::KeyHash> vrfs;
  std::uint32_t routes_number = 0;  ///< RibReader::exporter()
  std::uint64_t routes_asked_in_batch = 0;
};

/// Neighbouring rows of one exporter.
struct Run {
  std::size_t first = 0;
  std::size_t count = 0;
  KnownExporter* exporter = nullptr;
};

struct Job {
  const EnrichPlan& plan;
  flow::StringPool& strings;
  Memory& memory;
  std::span<const Run> runs;  ///< they cover the batch
  flow::FlowBatch& batch;
};

/// An enrichment adds columns to all rows of a batch. It never removes a row, and never takes away a value that it
/// cannot replace by one that the operator configured or that the routing table knows better.
using Stage = void (*)(const Job& job);

void name_exporters(const Job& job);      // exporter.cc
void name_interfaces(const Job& job);     // interfaces.cc
void set_sampling(const Job& job);        // sampling.cc
void find_direction(const Job& job);      // direction.cc
void fill_ip_version(const Job& job);     // ip_version.cc
void find_routes(const Job& job);         // routes.cc
void count_routed(const Job& job);        // routed.cc
void fill_as_from_files(const Job& job);  // as_fallback.cc
void find_countries(const Job& job);      // countries.cc
void find_customers(const Job& job);      // customers.cc

}  // namespace weir::enrich
