// RPKI origin validation (RFC 6811): which AS may announce which prefix.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "base/ip_address.h"

namespace weir::bgp {

enum class Validity : std::uint8_t { not_found, valid, invalid };
/// "not-found", "valid", "invalid".
[[nodiscard]] std::string_view to_string(Validity validity);

/// A Validated ROA Payload.
struct Vrp {
  Prefix prefix;
  std::uint8_t most_length = 0;
  std::uint32_t as = 0;  ///< 0: nobody may (RFC 6483 section 4)
  auto operator<=>(const Vrp&) const = default;
};

/// All VRPs in force, of any number of caches and files.
///
/// A change is seen whole or not at all: a set that is half there would make routes invalid that are not. So each change
/// makes a new set beside the old one, which takes time for all VRPs (bench/rpki_bench.cc: 0.14 s for 700,000), and twice
/// their memory meanwhile; changes belong on a thread in the background. Readers never wait for it.
class VrpTable {
 public:
  VrpTable();
  ~VrpTable();
  VrpTable(const VrpTable&) = delete;
  VrpTable& operator=(const VrpTable&) = delete;

  /// Replaces all VRPs of one source (a cache or a file, by number); an empty set takes them away. Any thread.
  void replace(std::size_t source, std::vector<Vrp> vrps);
  /// Distinct VRPs in force.
  [[nodiscard]] std::size_t size() const;
  /// Of them, those for IPv4.
  [[nodiscard]] std::size_t size4() const;
  /// Without any VRP at all nothing is said of any route.
  [[nodiscard]] bool empty() const { return size() == 0; }

  /// One thread's eye on the table; the table outlives it.
  class Reader {
   public:
    explicit Reader(const VrpTable& table);
    ~Reader();
    Reader(const Reader&) = delete;
    Reader& operator=(const Reader&) = delete;

    /// RFC 6811 section 2. `origin` 0 means that the route has none (its path ends in a set): then never valid.
    [[nodiscard]] Validity validate(const Prefix& prefix, std::uint32_t origin);
    /// The VRPs that cover the prefix, the longest prefix first: for people.
    [[nodiscard]] std::vector<Vrp> covering(const Prefix& prefix);

   private:
    class Impl;
    std::unique_ptr<Impl> impl_;
  };

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace weir::bgp
