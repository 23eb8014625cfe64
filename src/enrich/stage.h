// What every enrichment is handed. To add one: a sibling file with a function of this shape, and a row in enricher.cc.
#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

#include "enrich/plan.h"
#include "flow/batch.h"
#include "flow/exporter_table.h"

namespace weir::enrich {

/// What one worker remembers of one exporter between batches.
struct KnownExporter {
  flow::ExporterState* state = nullptr;
  const ExporterPlan* plan = nullptr;
  std::vector<const RulePlan*> rules;  ///< those whose exporter pattern matches, in order
  /// The class that the rules gave an interface name, so that patterns are matched once for each name.
  boost::unordered_flat_map<flow::StringId, flow::StringId, flow::KeyHash> class_of_name;
};

/// Neighbouring rows of one exporter.
struct Run {
  std::size_t first = 0;
  std::size_t count = 0;
  KnownExporter* exporter = nullptr;
};

struct Job {
  const EnrichPlan& plan;
  const flow::StringPool& strings;
  std::span<const Run> runs;  ///< they cover the batch
  flow::FlowBatch& batch;
};

/// An enrichment adds columns to all rows of a batch. It never removes a row, and never takes away a value that it
/// cannot replace by one that the operator configured.
using Stage = void (*)(const Job& job);

void name_exporters(const Job& job);   // exporter.cc
void name_interfaces(const Job& job);  // interfaces.cc
void set_sampling(const Job& job);     // sampling.cc
void find_direction(const Job& job);   // direction.cc
void fill_ip_version(const Job& job);  // ip_version.cc
void count_routed(const Job& job);     // routed.cc

}  // namespace weir::enrich
