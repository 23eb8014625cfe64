// Which addresses are the own network's.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/prefix_trie.h"
#include "detect/detect_config.h"
#include "detect/record.h"
#include "flow/string_pool.h"

namespace weir::detect {

/// Whose a prefix is: what explains and rereads rules where no flow tells.
struct CustomerPrefix {
  Prefix prefix;
  std::string customer;
};

/// Immutable. Own is what lies in a prefix of `config` or of a customer, what belongs to a customer by its AS or interface, and
/// what the own AS numbers announce (the flow's AS, from the routing table or as exported). Without any prefix, a flow tells by
/// itself: by its direction; else by the own AS numbers; else every destination counts as own and no source, so that attacks
/// are seen with no configuration at all.
class Networks {
 public:
  Networks(std::span<const Prefix> configured, const OwnNetwork& own, std::span<const CustomerPrefix> customers,
           flow::StringPool& strings);

  struct Ways {
    bool incoming = false;  ///< the destination is own
    bool outgoing = false;  ///< the source is own
  };
  [[nodiscard]] Ways ways_of(const Record& record) const;
  [[nodiscard]] bool is_own(IpAddress address) const;
  [[nodiscard]] bool is_configured() const { return trie_->size() > 0; }
  /// The longest own prefix around an address; all of its family where there is none.
  [[nodiscard]] Prefix around(IpAddress address) const;
  /// The number of the name of the customer whose prefix holds this one; 0 none.
  [[nodiscard]] std::uint32_t customer_around(const Prefix& prefix) const;

 private:
  struct Marks {
    std::uint32_t in = 0;   ///< numbers of the texts "in" and "out" of the column direction
    std::uint32_t out = 0;
  };
  [[nodiscard]] bool is_own_as(std::uint32_t as) const;

  std::unique_ptr<Epochs> epochs_ = std::make_unique<Epochs>();
  std::unique_ptr<PrefixTrie> trie_ = std::make_unique<PrefixTrie>(*epochs_);
  std::unique_ptr<PrefixTrie> customers_ = std::make_unique<PrefixTrie>(*epochs_);  // -> number of the name
  std::vector<std::uint32_t> own_ases_;
  Marks marks_;
};

}  // namespace weir::detect
