// FlowBatch -> FlowBatch, column by column.
#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <memory>
#include <span>
#include <vector>

#include "enrich/lookups.h"
#include "enrich/memory.h"
#include "enrich/plan.h"
#include "enrich/stage.h"
#include "flow/batch.h"
#include "flow/exporter_table.h"
#include "flow/interface_counters.h"
#include "flow/string_pool.h"

namespace weir::enrich {

/// Runs the table of enrichments over batches, and remembers what it found out about exporters. One worker uses one
/// Enricher. Per row it allocates nothing, takes no lock and compares no text; what is
/// met for the first time (an interface, an AS path, a country) may cost that once.
class Enricher {
 public:
  /// All outlive it; `strings` is the pool that batches and plans refer to.
  Enricher(flow::StringPool& strings, flow::ExporterTable& exporters, const Lookups& lookups = {});

  /// Enriches all rows of `batch` as `plan` says. A plan other than the last one is taken over before the first row, so
  /// a reload falls between two batches and costs no flow. `plan` is not null. Counts flows_named and flows_sampled for
  /// the rows that the configuration, not the exporter, gave a name or a rate.
  void enrich(const std::shared_ptr<const EnrichPlan>& plan, flow::FlowBatch& batch);

  /// The same for interface readings: the address they are stored under.
  void enrich(const std::shared_ptr<const EnrichPlan>& plan, std::span<flow::InterfaceCounters> readings);

  /// Neighbouring rows of one exporter in the batch enriched last, in order, for per-exporter counts. Valid until the
  /// next call.
  [[nodiscard]] std::span<const Run> runs() const { return runs_; }

 private:
  void take_over(const std::shared_ptr<const EnrichPlan>& plan);
  void find_runs(const flow::FlowBatch& batch);
  KnownExporter& known(IpAddress address);

  flow::StringPool& strings_;
  flow::ExporterTable& exporters_;
  Memory memory_;
  std::shared_ptr<const EnrichPlan> plan_;
  boost::unordered_flat_map<IpAddress, std::unique_ptr<KnownExporter>, flow::KeyHash> known_;
  std::vector<Run> runs_;
};

}  // namespace weir::enrich
