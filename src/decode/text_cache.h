// Texts of rows -> numbers of the StringPool, without its lock once a text is known.
#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <cstddef>
#include <cstdint>
#include <string>

#include "base/byte_reader.h"
#include "base/route_distinguisher.h"
#include "flow/exporter_table.h"
#include "flow/key_hash.h"
#include "flow/string_pool.h"

namespace weir::decode {

/// RFC 6759's applicationId as one number: the classification engine in the top octet, the selector in the others. 0 is
/// no application.
[[nodiscard]] std::uint64_t application_key(Bytes id);

/// Remembers a bounded number of texts; a full cache forgets all and starts anew. One thread.
class TextCache {
 public:
  explicit TextCache(flow::StringPool& strings);

  /// Text as exporters pad it: up to the first zero octet, without the blanks around it. 0 when nothing is left.
  flow::StringId of_text(Bytes text);
  /// "17".
  flow::StringId of_number(std::uint32_t number);
  /// As base/route_distinguisher.h writes it; 0 for the global table.
  flow::StringId of_distinguisher(RouteDistinguisher rd);
  /// "13:4660"; engine 20 (RFC 6759 section 4.1, an enterprise's own) as "20:9:17".
  flow::StringId of_application(std::uint64_t key);

  [[nodiscard]] flow::StringId direction_in() const { return in_; }
  [[nodiscard]] flow::StringId direction_out() const { return out_; }
  [[nodiscard]] flow::StringId protocol(flow::ExportProtocol protocol) const;

 private:
  static constexpr std::size_t kMostTexts = 65'536;
  template <typename Key, typename Value>
  using Map = boost::unordered_flat_map<Key, Value, flow::KeyHash, std::equal_to<>>;

  flow::StringPool& strings_;
  flow::StringId in_;
  flow::StringId out_;
  Map<std::uint64_t, flow::StringId> protocols_;
  Map<std::string, flow::StringId> texts_;
  Map<std::uint64_t, flow::StringId> numbers_;
  Map<std::uint64_t, flow::StringId> distinguishers_;
  Map<std::uint64_t, flow::StringId> applications_;
};

}  // namespace weir::decode
