// What transit costs, and where home is: the part of the configuration that reports look at.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace weir::query::report {

/// A link with a price. Amounts of money are whole millionths of the currency's unit, so that bills add up.
struct LinkPrice {
  std::string exporter;    ///< name or address
  std::string interface;   ///< name or ifIndex
  std::uint64_t price_micros = 0;  ///< of one Mbit/s for a month
  std::uint64_t commit_bps = 0;    ///< paid for at least
  bool operator==(const LinkPrice&) const = default;
};

struct Prices {
  std::string currency = "USD";
  std::vector<LinkPrice> links;
  /// ISO codes of the countries that are domestic. Empty: the region of the customer, where that is such a code.
  std::vector<std::string> home_countries;
  bool operator==(const Prices&) const = default;
};

}  // namespace weir::query::report
