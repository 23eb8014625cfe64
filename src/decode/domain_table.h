// Who exports to us: one Domain for each Transport Session and Observation Domain, with its Templates, what it
// announced, and its Data Sets that wait for a Template.
#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <cstddef>
#include <cstdint>
#include <list>
#include <memory>
#include <vector>

#include "decode/announced.h"
#include "decode/decoder.h"
#include "decode/flow_plan.h"
#include "decode/options_plan.h"
#include "decode/row_context.h"
#include "decode/sequence.h"
#include "decode/template_record.h"
#include "flow/datagram.h"
#include "flow/exporter_table.h"

namespace weir::decode {

/// RFC 7011 section 3.1: Templates and everything else are scoped to this.
struct DomainKey {
  flow::TransportSession session;
  flow::ExportProtocol protocol = flow::ExportProtocol::ipfix;
  std::uint32_t domain = 0;
  bool operator==(const DomainKey&) const = default;
};

/// A Template that the exporter sent, compiled for what it is. Exactly one of the plans is set.
struct KnownTemplate {
  TemplateRecord record;
  UnixMillis refreshed_ms = 0;
  std::unique_ptr<FlowPlan> flow;
  std::unique_ptr<OptionsPlan> options;
  [[nodiscard]] std::size_t octets() const;
};

/// A Data Set that came before its Template.
struct ParkedSet {
  std::uint16_t template_id = 0;
  MessageTimes times;
  std::vector<std::byte> content;
  [[nodiscard]] std::size_t octets() const { return sizeof(ParkedSet) + content.size(); }
};

struct Domain {
  DomainKey key;
  flow::ExporterState* exporter = nullptr;
  UnixMillis last_seen_ms = 0;
  boost::unordered_flat_map<std::uint16_t, std::unique_ptr<KnownTemplate>, flow::KeyHash> templates;
  Announced announced;
  SequenceTracker sequence;
  std::vector<ParkedSet> parked;
  std::size_t parked_octets = 0;
};

/// All Domains, in bounded memory: when there are too many, or their Templates take too much, the one that was silent
/// for longest is forgotten. References stay valid until their Domain is forgotten, which never happens to the one
/// named `keep`.
class DomainTable {
 public:
  DomainTable(const DecodeOptions& options, flow::ExporterTable& exporters)
      : options_(options), exporters_(exporters) {}

  /// The Domain, made on first use.
  Domain& of(const DomainKey& key, UnixMillis now, const Domain* keep = nullptr);
  /// Null when it is not known. Does not count as use.
  [[nodiscard]] const Domain* find(const DomainKey& key) const;
  /// The counters of a source, without making a Domain.
  [[nodiscard]] flow::ExporterState& exporter_of(IpAddress source);

  /// Takes a Template in. False: the exporter has too many.
  bool add_template(Domain& domain, std::unique_ptr<KnownTemplate> known);
  void remove_template(Domain& domain, std::uint16_t id);
  /// Learns a fact for a Domain; counts on its exporter what cannot be held.
  void learn(Domain& domain, const AnnouncedFact& fact);
  /// Keeps a Data Set. False: there is no room.
  bool park(Domain& domain, ParkedSet set);
  /// Takes out the parked Data Sets of a Template, oldest first.
  std::vector<ParkedSet> unpark(Domain& domain, std::uint16_t template_id);

  /// Forgets what is too old: Templates, parked Data Sets, silent Domains.
  void age(UnixMillis now);

  [[nodiscard]] bool changed() const { return changed_; }
  void set_changed(bool changed) { changed_ = changed; }
  /// Visits all Domains, the one that was silent for longest first.
  template <typename Visit>
  void each(Visit visit) const {
    for (auto at = domains_.rbegin(); at != domains_.rend(); ++at) visit(*at);
  }

 private:
  struct Hash {
    using is_avalanching = void;
    std::size_t operator()(const DomainKey& key) const noexcept;
  };
  /// What is held for all Domains of one source address.
  struct Source {
    flow::ExporterState* exporter = nullptr;
    std::size_t domains = 0;
    std::size_t templates = 0;
  };
  using Place = std::list<Domain>::iterator;

  void forget(Place place);
  void make_room(const Domain* keep);
  void expire_templates(Domain& domain, UnixMillis now);
  void expire_parked(Domain& domain, UnixMillis now);

  const DecodeOptions& options_;
  flow::ExporterTable& exporters_;
  std::list<Domain> domains_;  // the last used in front
  boost::unordered_flat_map<DomainKey, Place, Hash> index_;
  boost::unordered_flat_map<IpAddress, Source, flow::KeyHash> sources_;
  std::size_t template_octets_ = 0;
  std::size_t facts_ = 0;
  std::size_t parked_octets_ = 0;
  bool changed_ = false;
};

}  // namespace weir::decode
