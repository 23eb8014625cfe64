// The way of a record into the tables.
#include <algorithm>
#include <array>

#include "detect/engine.h"
#include "flow/key_hash.h"

namespace weir::detect {
namespace {

/// From here on a target is measured in detail, in units of what a threshold allows in five seconds.
constexpr float kDetailScore = 0.2F;
/// From here on its traffic is looked at in full.
constexpr float kEvidenceScore = 0.5F;
/// Below this a target is calm, and what passes is its usual traffic.
constexpr float kCalmScore = 0.35F;
constexpr std::size_t kMostInterfaces = 65'536;
constexpr std::size_t kChunk = 64;

constexpr std::uint8_t full_length(IpAddress address) {
  return address.is_v4() ? 32 : 128;
}

}  // namespace

TargetKey Engine::key_of(IpAddress address, Level level, std::uint8_t routed, std::uint8_t slice) const {
  unsigned length = full_length(address);
  switch (level) {
    case Level::subnet: length = address.is_v4() ? 24 : 64; break;
    case Level::site: length = 48; break;
    case Level::announced: length = routed; break;
    default: break;
  }
  const IpAddress masked = address.masked(length);
  return {masked.hi, masked.lo, static_cast<std::uint8_t>(length), level, slice};
}

void Engine::add(const flow::FlowBatch& batch, std::size_t first, std::size_t end) {
  const RecordReader reader(batch);
  query::Evaluator* excluded = book_->excluded_flows();
  std::array<Record, kChunk> records;
  std::array<std::size_t, kChunk> rows{};
  for (std::size_t row = first; row < end;) {
    std::size_t count = 0;
    for (; row < end && count < kChunk; ++row) {
      Record& record = records[count];
      if (!reader.read(row, record)) continue;
      if (excluded != nullptr && excluded->matches(batch, row)) continue;
      rows[count++] = row;
      // The addresses' places are all over the memory: fetched a chunk ahead.
      targets_.prefetch(key_of(record.destination, Level::address, 0, 0).hash());
      if (book_->levels(Way::outgoing) != 0) targets_.prefetch(key_of(record.source, Level::address, 0, 0).hash());
    }
    for (std::size_t i = 0; i < count; ++i) add_record(batch, rows[i], records[i]);
  }
}

void Engine::add_record(const flow::FlowBatch& batch, std::size_t row, const Record& record) {
  ++records_;
  // A clock may be ahead by what decode/ lets pass: that counts as now.
  const std::int64_t newest = std::int64_t{now_s_} + 1;
  spread_ = spread_of(record.start_ms, record.end_ms, newest - Detail::kSeconds + 1, newest);
  if (spread_.seconds == 0) {
    ++too_old_;
    return;
  }
  const Networks::Ways ways = networks_->ways_of(record);
  if (ways.incoming) touch_way(record, Way::incoming, 0, book_->levels(Way::incoming));
  if (ways.outgoing) touch_way(record, Way::outgoing, 0, book_->levels(Way::outgoing));
  if (ways.incoming && !ways.outgoing && book_->scans() && (record.kinds & bit_of(Traffic::attempts)) != 0) {
    touch(record, key_of(record.source, Level::address, 0, 0), Way::incoming, 0, true);
  }
  if (!book_->slices().empty()) touch_slices(batch, row, record, ways);
}

void Engine::touch_way(const Record& record, Way way, std::uint8_t slice, unsigned levels) {
  const bool in = way == Way::incoming;
  const IpAddress address = in ? record.destination : record.source;
  const std::uint32_t customer = in ? record.destination_customer : record.source_customer;
  const std::uint8_t routed = in ? record.destination_mask : record.source_mask;
  const auto wanted = [levels](Level level) { return (levels & 1U << static_cast<unsigned>(level)) != 0; };
  if (wanted(Level::address)) touch(record, key_of(address, Level::address, 0, slice), way, customer, false);
  if (wanted(Level::subnet)) touch(record, key_of(address, Level::subnet, 0, slice), way, customer, false);
  if (wanted(Level::site) && !address.is_v4()) touch(record, key_of(address, Level::site, 0, slice), way, customer, false);
  // A route as long as a subnet or longer says nothing that the levels above do not.
  if (wanted(Level::announced) && routed != 0 && routed < (address.is_v4() ? 24 : 48)) {
    touch(record, key_of(address, Level::announced, routed, slice), way, 0, false);
  }
  if (wanted(Level::customer) && customer != 0) touch(record, {0, customer, 0, Level::customer, slice}, way, customer, false);
  if (wanted(Level::interface)) {
    const std::uint32_t number = interface_number(record.exporter, in ? record.out_if : record.in_if);
    if (number != 0) touch(record, {0, number, 0, Level::interface, slice}, way, 0, false);
  }
}

void Engine::touch_slices(const flow::FlowBatch& batch, std::size_t row, const Record& record,
                          const Networks::Ways& ways) {
  std::vector<RuleBook::Slice>& slices = book_->slices();
  for (std::size_t i = 0; i < slices.size(); ++i) {
    const Threshold& threshold = slices[i].rule.threshold;
    if (!(threshold.way == Way::incoming ? ways.incoming : ways.outgoing)) continue;
    if (!slices[i].evaluator.matches(batch, row)) continue;
    touch_way(record, threshold.way, static_cast<std::uint8_t>(i + 1), 1U << static_cast<unsigned>(threshold.level));
  }
}

void Engine::touch(const Record& record, const TargetKey& key, Way way, std::uint32_t customer, bool scanner) {
  TargetTable& table = scanner ? scanners_ : targets_;
  const std::uint64_t hash = key.hash();
  const auto side = static_cast<std::size_t>(way);
  const auto score_in = [&](std::uint16_t rule_set) {
    return book_->rule_set(rule_set).scores[static_cast<std::size_t>(key.level)][side].of(record);
  };
  // New targets are governed by the defaults until they are held; then by what fits them.
  const TargetTable::Found found = table.find_or_add(key, hash, score_in(key.slice), now_s_);
  if (found.target == nullptr) return;
  Target& target = *found.target;
  if (found.fresh || target.rule_set == Target::kUngoverned) target.rule_set = book_->rule_set_of(key, customer);
  const float weight = score_in(target.rule_set);
  if (target.last_s != now_s_) {
    const float factor = decay(now_s_ - std::min(now_s_, target.last_s));
    target.score[0] *= factor;
    target.score[1] *= factor;
    target.last_s = now_s_;
  }
  target.score[side] += weight;
  const float score = target.score[side];
  if (target.detail[side] == 0) {
    if (score < kDetailScore) return;
    const std::uint16_t index = take_detail(target, way, customer, scanner);
    if (index == 0) return;
    target.detail[side] = index;
  }
  count_in_detail(record, target.detail[side], way, score);
}

void Engine::count_in_detail(const Record& record, std::uint16_t index, Way way, float score) {
  Detail& detail = *details_[index];
  detail.score = score;
  detail.last_s = now_s_;
  detail.advance(std::int64_t{now_s_} + 1);
  // Scans are told apart by what they reach, all else by who it comes from.
  const bool by_destination = way == Way::outgoing || detail.is_scanner;
  const IpAddress peer = by_destination ? record.destination : record.source;
  const bool attempt = (record.kinds & bit_of(Traffic::attempts)) != 0;
  std::uint64_t peer_hash = flow::KeyHash{}(peer);
  // Of attempts each port of an address is one: who tries all ports of one host scans as well.
  if (by_destination && attempt && detail.key.slice == 0) peer_hash = flow::KeyHash::of_words(peer_hash, record.destination_port);
  detail.add(record, spread_, peer_hash, now_s_, !by_destination || attempt || detail.key.slice != 0);
  if (score < kCalmScore) detail.note_usual(record, now_s_);
  if (detail.evidence == 0 && score >= kEvidenceScore) take_evidence(detail);
  if (detail.evidence == 0) return;
  evidences_[detail.evidence]->add(record, now_s_);
  if (detail.attack == 0) return;
  const auto open = std::ranges::find(open_, detail.attack, [](const Open& o) { return o.attack.id; });
  if (open == open_.end()) return;
  open->attack.bytes += record.bytes;
  open->attack.packets += record.packets;
  open->attack.flows += record.flows;
}

std::uint32_t Engine::interface_number(IpAddress exporter, std::uint32_t interface) {
  const auto at = interface_numbers_.find({exporter, interface});
  if (at != interface_numbers_.end()) return at->second;
  if (interfaces_.size() >= kMostInterfaces) return 0;
  if (interfaces_.empty()) interfaces_.emplace_back();  // the first is none
  const auto number = static_cast<std::uint32_t>(interfaces_.size());
  interfaces_.emplace_back(exporter, interface);
  interface_numbers_.emplace(std::pair(exporter, interface), number);
  return number;
}

}  // namespace weir::detect
