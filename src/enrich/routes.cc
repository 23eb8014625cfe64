// src_as, dst_as, src_mask, dst_mask, next_hop, bgp_next_hop, as_path, first_as, communities, rpki. The README has the
// rule.
//
// The routing table is asked for all rows of a chunk at once, which hides the waiting for memory. The texts of a route
// are made once for each attribute set, which keeps their ids; a batch then only copies numbers.
#include <algorithm>
#include <optional>
#include <string>

#include "enrich/memory.h"
#include "enrich/route_choice.h"
#include "enrich/stage.h"

namespace weir::enrich {
namespace {

using flow::Column;

/// Rows asked for at a time: two questions each, which fit into the first caches.
constexpr std::size_t kChunk = 256;
/// Names come from the network: behind this many, an exporter's VRFs are found anew.
constexpr std::size_t kMostVrfs = 65'536;

/// Which of AttributeSet::note() holds what: the id of the text plus 1, so that 0 means that it is not made yet.
constexpr std::size_t kPathNote = 0;
constexpr std::size_t kCommunitiesNote = 1;

template <typename MakeText>
flow::StringId noted_text(const bgp::AttributeSet& set, std::size_t which, flow::StringPool& strings, MakeText make) {
  std::atomic<std::uint32_t>& note = set.note(which);
  if (const std::uint32_t kept = note.load(std::memory_order_relaxed); kept != 0) return kept - 1;
  // Several workers may make it at once: the pool gives all of them the same id.
  const flow::StringId id = strings.intern(make());
  note.store(id + 1, std::memory_order_relaxed);
  return id;
}

flow::StringId path_id(const bgp::AttributeSet& set, flow::StringPool& strings) {
  return noted_text(set, kPathNote, strings, [&] { return set.as_path_text(); });
}
flow::StringId communities_id(const bgp::AttributeSet& set, flow::StringPool& strings) {
  return noted_text(set, kCommunitiesNote, strings, [&] { return set.communities_text(); });
}

/// The AS of the addresses that a route leads to; 0 unknown. An empty path is a route of the operator's own network.
bgp::As origin_of(const bgp::AttributeSet& set, std::uint32_t own_as) {
  return set.path_length() == 0 ? own_as : set.origin_as();
}

unsigned bits_of(IpAddress address) {
  return address.is_v4() ? 32 : 128;
}

// ------------------------------------------------------------------------------------------------------------- asking

/// The VRF of a row, as its exporter tells it; 0 in either: not told.
struct Vrf {
  flow::StringId distinguisher = 0;
  flow::StringId name = 0;
  bool operator==(const Vrf&) const = default;
};

Vrf vrf_of(const flow::FlowBatch& batch, std::size_t row) {
  return {batch.get_or<Column::route_distinguisher>(row, 0), batch.get_or<Column::vrf>(row, 0)};
}

/// What is configured for the name goes first, then the distinguisher, then the name.
std::optional<bgp::TableId> look_up_table(const Job& job, const KnownExporter& exporter, const Vrf& vrf) {
  const bgp::Rib& rib = *job.memory.lookups.routes;
  if (const auto at = exporter.plan->vrfs.find(vrf.name); vrf.name != 0 && at != exporter.plan->vrfs.end()) {
    return at->second.empty() ? bgp::kGlobalTable : rib.find_table(at->second);
  }
  if (vrf.distinguisher != 0) {
    if (const auto table = rib.find_table(job.strings.text(vrf.distinguisher))) return table;
  }
  return vrf.name == 0 ? std::nullopt : rib.find_table(job.strings.text(vrf.name));
}

/// The table of a row's VRF; the global one where it has none. What was not found is asked again with the next batch,
/// since tables come with their routes.
bgp::TableId table_of(const Job& job, KnownExporter& exporter, const Vrf& vrf) {
  if (vrf == Vrf{}) return bgp::kGlobalTable;
  if (exporter.vrfs.size() >= kMostVrfs) exporter.vrfs.clear();
  KnownVrf& known = exporter.vrfs[std::uint64_t{vrf.distinguisher} << 32U | vrf.name];
  if (known.found || known.asked_in_batch == job.memory.batch_number) return known.table;
  known.asked_in_batch = job.memory.batch_number;
  const auto table = look_up_table(job, exporter, vrf);
  known.found = table.has_value();
  known.table = table.value_or(bgp::kGlobalTable);
  return known.table;
}

/// The number of an exporter, under the address that it is shown as, or else the one that its datagrams come from.
std::uint32_t exporter_number(const Job& job, KnownExporter& exporter) {
  if (exporter.routes_asked_in_batch == job.memory.batch_number) return exporter.routes_number;
  exporter.routes_asked_in_batch = job.memory.batch_number;
  bgp::RibReader& reader = *job.memory.routes;
  exporter.routes_number = reader.exporter(exporter.plan->shown_as.value_or(exporter.address));
  if (exporter.routes_number == 0 && exporter.plan->shown_as) {
    exporter.routes_number = reader.exporter(exporter.address);
  }
  return exporter.routes_number;
}

/// Two questions for each row of a part of a run: where it goes, and where it is from.
void ask(const Job& job, KnownExporter& exporter, std::size_t first, std::size_t count) {
  const flow::FlowBatch& batch = job.batch;
  std::vector<bgp::Ask>& asks = job.memory.asks;
  const std::uint32_t number = exporter_number(job, exporter);
  Vrf vrf;
  bgp::TableId table = bgp::kGlobalTable;
  for (std::size_t row = first; row < first + count; ++row) {
    if (const Vrf of_row = vrf_of(batch, row); of_row != vrf) {
      vrf = of_row;
      table = table_of(job, exporter, vrf);
    }
    IpAddress next_hop = batch.get_or<Column::bgp_next_hop>(row, IpAddress{});
    if (next_hop.is_unspecified()) next_hop = batch.get_or<Column::next_hop>(row, IpAddress{});
    const UnixMillis time = batch.get_or<Column::time>(row, 0);
    asks.push_back({.address = batch.get_or<Column::dst_addr>(row, IpAddress{}),
                    .next_hop = next_hop,
                    .time_ms = time,
                    .exporter = number,
                    .table = table});
    asks.push_back({.address = batch.get_or<Column::src_addr>(row, IpAddress{}),
                    .next_hop = IpAddress{},
                    .time_ms = time,
                    .exporter = number,
                    .table = table});
  }
}

// ------------------------------------------------------------------------------------------------------------- writing

/// AS and mask of one side.
template <Column Address, Column As, Column Mask>
void put_origin(const Job& job, const RoutePlan& plan, std::size_t row, const bgp::Found& found) {
  flow::FlowBatch& batch = job.batch;
  const bool own_view = found.choice == bgp::Choice::own_view;
  const std::uint32_t of_table = origin_of(*found.attributes, job.plan.own_as);
  if (const std::uint32_t as = choose_as(batch.get_or<As>(row, 0), of_table, plan.as, own_view); as != 0) {
    batch.set<As>(row, as);
  }
  const unsigned most = bits_of(batch.values<Address>()[row]);
  if (!takes_flow_mask(batch.get_or<Mask>(row, 0), most, plan.mask, own_view)) batch.set<Mask>(row, found.length);
}

void put_next_hop(flow::FlowBatch& batch, Prefer prefer, std::size_t row, const bgp::Found& found) {
  const IpAddress told = batch.get_or<Column::bgp_next_hop>(row, IpAddress{});
  if (!takes_flow_next_hop(told, found.next_hop, prefer, found.choice == bgp::Choice::own_view)) {
    batch.set<Column::bgp_next_hop>(row, found.next_hop);
  }
  // The next router is the exporter's to tell: the BGP next hop may be several routers away.
  if (!batch.get_or<Column::next_hop>(row, IpAddress{}).is_unspecified() || found.next_hop.is_unspecified()) return;
  batch.set<Column::next_hop>(row, found.next_hop);
}

void put_path(const Job& job, Prefer prefer, std::size_t row, const bgp::Found& found) {
  flow::FlowBatch& batch = job.batch;
  const bgp::AttributeSet& set = *found.attributes;
  const flow::StringId path = path_id(set, job.strings);
  const flow::StringId told = batch.get_or<Column::as_path>(row, 0);
  if (told != 0 && told != path && takes_flow_path(prefer, found.choice == bgp::Choice::own_view)) return;
  batch.set<Column::as_path>(row, path);
  batch.set<Column::communities>(row, communities_id(set, job.strings));
  if (const bgp::As first = set.first_as(); first != 0) {
    batch.set<Column::first_as>(row, first);
  } else {
    batch.masks()[row].clear(Column::first_as);  // what the flow told was of another path
  }
}

void put_rpki(const Job& job, std::size_t row, const bgp::Found& found) {
  const Prefix prefix = Prefix::of(job.batch.values<Column::dst_addr>()[row], found.length);
  const KnownTexts& texts = job.plan.texts;
  flow::StringId text = texts.not_found;
  switch (job.memory.vrps->validate(prefix, origin_of(*found.attributes, job.plan.own_as))) {
    case bgp::Validity::valid:
      text = texts.valid;
      break;
    case bgp::Validity::invalid:
      text = texts.invalid;
      break;
    case bgp::Validity::not_found:
      break;
  }
  job.batch.set<Column::rpki>(row, text);
}

void put(const Job& job, const RoutePlan& plan, std::size_t row, const bgp::Found& to, const bgp::Found& from,
         bool has_vrps) {
  using enum Column;
  bgp::Choice choice = bgp::Choice::none;
  const flow::RowMask& mask = job.batch.masks()[row];
  if (from.attributes != nullptr && mask.has(src_addr)) {
    put_origin<src_addr, src_as, src_mask>(job, plan, row, from);
    choice = from.choice;
  }
  if (to.attributes != nullptr && mask.has(dst_addr)) {
    put_origin<dst_addr, dst_as, dst_mask>(job, plan, row, to);
    put_next_hop(job.batch, plan.next_hop, row, to);
    put_path(job, plan.as, row, to);
    if (has_vrps) put_rpki(job, row, to);
    choice = to.choice;
  }
  job.memory.choices[row] = choice;
}

void find_routes_of(const Job& job, const Run& run, bool has_vrps) {
  Memory& memory = job.memory;
  for (std::size_t done = 0; done < run.count; done += kChunk) {
    const std::size_t first = run.first + done;
    const std::size_t count = std::min(kChunk, run.count - done);
    memory.asks.clear();
    ask(job, *run.exporter, first, count);
    memory.found.resize(memory.asks.size());
    memory.routes->find(memory.asks, memory.found);
    for (std::size_t i = 0; i < count; ++i) {
      put(job, run.exporter->plan->routes, first + i, memory.found[2 * i], memory.found[2 * i + 1], has_vrps);
    }
  }
}

}  // namespace

void find_routes(const Job& job) {
  Memory& memory = job.memory;
  if (memory.routes == nullptr) return;
  memory.choices.assign(job.batch.size(), bgp::Choice::none);
  const bool has_vrps = memory.vrps != nullptr && !memory.lookups.vrps->empty();
  const bgp::RibReader::Pin pin(*memory.routes);
  for (const Run& run : job.runs) find_routes_of(job, run, has_vrps);
}

}  // namespace weir::enrich
