// A MaxMind DB file: what an address belongs to. This and mmdb.cc alone see libmaxminddb.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "base/error.h"
#include "base/ip_address.h"

namespace weir::enrich {

/// One file, held in memory whole, so that whatever becomes of the file on the disk does not matter. Any number of
/// threads look up at the same time.
class Mmdb {
 public:
  /// Errors: not_found, io, and malformed for what is no MMDB or is damaged; the message names the file.
  [[nodiscard]] static Result<std::shared_ptr<const Mmdb>> open(const std::filesystem::path& file);
  ~Mmdb();
  Mmdb(const Mmdb&) = delete;
  Mmdb& operator=(const Mmdb&) = delete;

  /// Where the file keeps what it knows of an address. Equal numbers mean equal data, so that who asks often remembers
  /// what it read there.
  using Entry = std::uint32_t;
  /// Nothing for an address that it does not know, also where the file is damaged on the way there.
  [[nodiscard]] std::optional<Entry> find(IpAddress address) const;
  /// The ISO 3166 code: country.iso_code, else registered_country.iso_code, else the flat forms country_code and
  /// country;
  /// "" when the entry has none.
  [[nodiscard]] std::string country(Entry entry) const;
  /// autonomous_system_number, or the flat form asn ("AS15169" or a number); 0 when the entry has none.
  [[nodiscard]] std::uint32_t as(Entry entry) const;

  /// "GeoLite2-Country", as the file says of itself.
  [[nodiscard]] std::string type() const;

 private:
  struct File;
  explicit Mmdb(std::unique_ptr<File> file);
  std::unique_ptr<File> file_;
};

}  // namespace weir::enrich
