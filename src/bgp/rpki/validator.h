// RPKI origin validation (RFC 6811): which AS may announce which prefix.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "base/epoch.h"
#include "base/ip_address.h"

namespace weir::bgp {

enum class Validity : std::uint8_t { not_found, valid, invalid };
/// "not-found", "valid", "invalid".
[[nodiscard]] std::string_view to_string(Validity validity);

/// A Validated ROA Payload.
struct Vrp {
  Prefix prefix;
  std::uint8_t most_length = 0;
  std::uint32_t as = 0;
  auto operator<=>(const Vrp&) const = default;
};

/// All VRPs in force, of any number of caches and files. Readers never wait; changes come from one thread at a time.
class VrpTable {
 public:
  VrpTable();
  ~VrpTable();
  VrpTable(const VrpTable&) = delete;
  VrpTable& operator=(const VrpTable&) = delete;

  /// Replaces all VRPs of one source (a cache or a file, by number); an empty set takes them away.
  void replace(std::size_t source, std::vector<Vrp> vrps);
  void add(std::size_t source, const Vrp& vrp);
  void remove(std::size_t source, const Vrp& vrp);
  /// Distinct VRPs in force.
  [[nodiscard]] std::size_t size() const;
  /// Without any VRP at all nothing is said of any route.
  [[nodiscard]] bool empty() const { return size() == 0; }

  /// One thread's eye on the table.
  class Reader {
   public:
    explicit Reader(const VrpTable& table);
    ~Reader();
    /// RFC 6811 section 2. `origin` 0 means that the route has none (its path ends in a set): then never valid.
    [[nodiscard]] Validity validate(const Prefix& prefix, std::uint32_t origin);
    /// The VRPs that cover the prefix: for people.
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
