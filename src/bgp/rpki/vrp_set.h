// A set of VRPs that never changes, made for finding those that cover a prefix.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "bgp/rpki/validator.h"

namespace weir::bgp {

class VrpSet {
 public:
  VrpSet() = default;
  /// In any order, with repetitions. What is no VRP (a most_length shorter than the prefix, or beyond its family) must
  /// have been refused before.
  explicit VrpSet(std::vector<Vrp> vrps);

  [[nodiscard]] std::size_t size() const { return offers_.size(); }
  [[nodiscard]] std::size_t size4() const { return size4_; }
  [[nodiscard]] Validity validate(const Prefix& prefix, std::uint32_t origin) const;
  /// The longest prefix first.
  [[nodiscard]] std::vector<Vrp> covering(const Prefix& prefix) const;

 private:
  static constexpr std::uint32_t kNone = 0xffff'ffff;

  /// What one VRP says of its prefix.
  struct Offer {
    std::uint32_t as = 0;
    std::uint8_t most_length = 0;
  };
  /// A prefix with all that is said of it. They stand in order, so that a prefix comes right behind those around it.
  struct Node {
    Prefix prefix;
    std::uint32_t around = kNone;  ///< the longest prefix that contains this one
    std::uint32_t first = 0;       ///< its offers end where the next node's begin
  };

  void add_node(const Prefix& prefix);
  void make_buckets();
  [[nodiscard]] std::uint32_t longest_around(const Prefix& prefix) const;
  [[nodiscard]] std::span<const Offer> offers(std::uint32_t node) const;

  std::vector<Node> nodes_;
  std::vector<Offer> offers_;
  std::uint32_t end4_ = 0;  ///< the IPv4 nodes come before this one
  /// Where IPv4 prefixes with the same first 16 bits begin: shortens the search where nearly all routes are. Empty for
  /// small sets.
  std::vector<std::uint32_t> begin4_;
  std::size_t size4_ = 0;
};

}  // namespace weir::bgp
