// The stages behind the socket, in one hand: datagram -> decode -> enrich -> detect -> store.
#pragma once

#include <cstdint>

#include "base/clock.h"
#include "collect/admission.h"
#include "collect/current_plan.h"
#include "collect/detecting.h"
#include "decode/decoder.h"
#include "detect/backtest.h"
#include "enrich/enricher.h"
#include "flow/datagram.h"
#include "store/store.h"

namespace weir::collect {

/// What all pipelines of a process share; all of it outlives them.
struct Shared {
  flow::StringPool& strings;
  flow::ExporterTable& exporters;
  store::Store& store;
  const CurrentPlan& plan;
  enrich::Lookups lookups = {};
  /// Looks for attacks in flows of the past, in the order in which they are told; null: nobody does.
  detect::Backtest* past = nullptr;
  Detecting* detecting = nullptr;  ///< null: nobody looks for attacks, as in flows of the past
  Admission* admission = nullptr;  ///< null: everybody's datagrams are taken
};

/// What happens when the store's queue is full.
enum class WhenStoreIsFull : unsigned char {
  lose,  ///< the batch is lost and counted, because the routers do not wait
  wait,  ///< back pressure, for imports: nothing is lost
};

/// Holds one Decoder, one Enricher and the batch that is being filled. One thread uses it.
class Pipeline {
 public:
  /// A batch is passed on when it has FlowBatch::kTargetRows rows, or this long after its first row.
  static constexpr UnixMillis kPassOnMs = 200;
  /// Templates and parked Data Sets are aged this often.
  static constexpr UnixMillis kAgeMs = 2000;

  Pipeline(const Shared& shared, const decode::DecodeOptions& options, WhenStoreIsFull when_full);

  /// Decodes one datagram, unless its exporter is refused, and passes the batch on when it is full.
  void take(const flow::Datagram& datagram);
  /// What is due by now: passes on a batch that waited long enough, ages the decoder. `now` is on the clock of the
  /// datagrams, `steady` is for intervals.
  void tick(UnixMillis now, std::int64_t steady);
  /// Passes on what there is. Afterwards nothing is held here.
  void flush();

  [[nodiscard]] decode::Decoder& decoder() { return decoder_; }
  /// Rows handed to the store, and rows that it refused.
  [[nodiscard]] std::uint64_t rows_stored() const { return rows_stored_; }
  [[nodiscard]] std::uint64_t rows_refused() const { return rows_refused_; }

 private:
  void pass_on();
  void count(bool stored, std::size_t rows);

  Shared shared_;
  const bool wait_;
  decode::Decoder decoder_;
  enrich::Enricher enricher_;
  decode::Decoded decoded_;
  std::int64_t first_row_at_ = 0;  ///< steady time at which the batch was first seen with rows; 0: it was empty
  UnixMillis aged_at_ = 0;
  std::uint64_t rows_stored_ = 0;
  std::uint64_t rows_refused_ = 0;
};

}  // namespace weir::collect
