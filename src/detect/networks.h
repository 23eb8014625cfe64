// Which addresses are the own network's.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "base/prefix_trie.h"
#include "detect/record.h"

namespace weir::detect {

/// Immutable. Own is what lies in `prefixes`. Without any, a flow tells by itself: by its direction; else by the own AS
/// numbers; else every destination counts as own and no source, so that attacks are seen with no configuration at all.
class Networks {
 public:
  struct Marks {
    std::uint32_t in = 0;   ///< numbers of the texts "in" and "out" of the column direction
    std::uint32_t out = 0;
  };
  Networks(std::span<const Prefix> prefixes, std::vector<std::uint32_t> own_ases, Marks marks);

  struct Ways {
    bool incoming = false;  ///< the destination is own
    bool outgoing = false;  ///< the source is own
  };
  [[nodiscard]] Ways ways_of(const Record& record) const;
  [[nodiscard]] bool is_own(IpAddress address) const;
  [[nodiscard]] bool is_configured() const { return trie_->size() > 0; }
  /// The longest own prefix around an address; all of its family where there is none.
  [[nodiscard]] Prefix around(IpAddress address) const;

 private:
  std::unique_ptr<Epochs> epochs_ = std::make_unique<Epochs>();
  std::unique_ptr<PrefixTrie> trie_ = std::make_unique<PrefixTrie>(*epochs_);
  std::vector<std::uint32_t> own_ases_;
  Marks marks_;
};

}  // namespace weir::detect
