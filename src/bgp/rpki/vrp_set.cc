#include "bgp/rpki/vrp_set.h"

#include <algorithm>

namespace weir::bgp {
namespace {

constexpr std::uint32_t kBuckets4 = 1U << 16U;
/// A search among fewer is short by itself.
constexpr std::uint32_t kLeastForBuckets = 1024;

bool contains(const Prefix& outer, const Prefix& inner) {
  return outer.length <= inner.length && outer.contains(inner.address);
}

/// All IPv4 first: as numbers their addresses lie within IPv6 prefixes such as ::/0, which do not contain them.
bool before(const Prefix& a, const Prefix& b) {
  if (a.address.is_v4() != b.address.is_v4()) return a.address.is_v4();
  return a < b;
}

}  // namespace

VrpSet::VrpSet(std::vector<Vrp> vrps) {
  std::ranges::sort(
      vrps, [](const Vrp& a, const Vrp& b) { return a.prefix == b.prefix ? a < b : before(a.prefix, b.prefix); });
  const auto repeated = std::ranges::unique(vrps);
  vrps.erase(repeated.begin(), repeated.end());
  offers_.reserve(vrps.size());
  for (const Vrp& vrp : vrps) {
    if (nodes_.empty() || nodes_.back().prefix != vrp.prefix) add_node(vrp.prefix);
    offers_.push_back({vrp.as, vrp.most_length});
    if (vrp.prefix.address.is_v4()) ++size4_;
  }
  end4_ = static_cast<std::uint32_t>(
      std::ranges::partition_point(nodes_, [](const Node& n) { return n.prefix.address.is_v4(); }) - nodes_.begin());
  if (end4_ >= kLeastForBuckets) make_buckets();
  nodes_.shrink_to_fit();
}

void VrpSet::add_node(const Prefix& prefix) {
  std::uint32_t around = nodes_.empty() ? kNone : static_cast<std::uint32_t>(nodes_.size() - 1);
  while (around != kNone && !contains(nodes_[around].prefix, prefix)) around = nodes_[around].around;
  nodes_.push_back({prefix, around, static_cast<std::uint32_t>(offers_.size())});
}

void VrpSet::make_buckets() {
  begin4_.reserve(kBuckets4 + 1);
  for (std::uint32_t i = 0; i < end4_; ++i) begin4_.resize((nodes_[i].prefix.address.v4_bits() >> 16U) + 1, i);
  begin4_.resize(kBuckets4 + 1, end4_);
}

std::span<const VrpSet::Offer> VrpSet::offers(std::uint32_t node) const {
  const std::size_t end = node + 1 < nodes_.size() ? nodes_[node + 1].first : offers_.size();
  return std::span(offers_).subspan(nodes_[node].first, end - nodes_[node].first);
}

std::uint32_t VrpSet::longest_around(const Prefix& prefix) const {
  if (nodes_.empty()) return kNone;
  const bool v4 = prefix.address.is_v4();
  auto first = nodes_.begin() + (v4 ? 0 : end4_);
  auto last = v4 ? nodes_.begin() + end4_ : nodes_.end();
  if (v4 && !begin4_.empty()) {
    const std::uint32_t bucket = prefix.address.v4_bits() >> 16U;
    first = nodes_.begin() + begin4_[bucket];
    last = nodes_.begin() + begin4_[bucket + 1];
  }
  // The last prefix in order that is not behind this one is the one around it, or lies in that one.
  const auto behind =
      std::upper_bound(first, last, prefix, [](const Prefix& p, const Node& n) { return before(p, n.prefix); });
  if (behind == nodes_.begin()) return kNone;
  auto at = static_cast<std::uint32_t>(behind - nodes_.begin() - 1);
  while (at != kNone && !contains(nodes_[at].prefix, prefix)) at = nodes_[at].around;
  return at;
}

Validity VrpSet::validate(const Prefix& prefix, std::uint32_t origin) const {
  std::uint32_t at = longest_around(prefix);
  if (at == kNone) return Validity::not_found;
  for (; at != kNone; at = nodes_[at].around) {
    for (const Offer& offer : offers(at)) {
      // A VRP for AS 0 matches no route, whatever its origin (RFC 6483 section 4, RFC 6811 section 2).
      if (origin != 0 && offer.as == origin && prefix.length <= offer.most_length) return Validity::valid;
    }
  }
  return Validity::invalid;
}

std::vector<Vrp> VrpSet::covering(const Prefix& prefix) const {
  std::vector<Vrp> out;
  for (std::uint32_t at = longest_around(prefix); at != kNone; at = nodes_[at].around) {
    for (const Offer& offer : offers(at)) out.push_back({nodes_[at].prefix, offer.most_length, offer.as});
  }
  return out;
}

}  // namespace weir::bgp
